"""Instruments as they are used: kept in every version that somebody answered, asked on pages, exchanged with others.

    kept       which instruments there are here, and the version that an answer pins
    asking     an instrument, or a part of it, as a form
    exchange   what the formats share: who supplies what a format has no place for, what may leave
    fhir       FHIR R4B Questionnaire and QuestionnaireResponse
    xlsform    XLSForm workbooks (.xlsx)
    table      items as a table (.csv)

What a format has no place for travels in a note of ours beside it, so that our own files come back as they went.
Without a note, an import needs to be told the terms, since no format says whether a tool may be passed on. What may not
be passed on is never written. (practice 2.2; decisions.md on redistribution)

Answers are never here: whoever asks keeps them, and decides how they are sealed.
"""
