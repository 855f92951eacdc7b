"""Instruments and answers in the formats of others. Each is taken whole, or refused with place and remedy.

    exchange   what the formats share: who supplies what a format has no place for, what may leave
    fhir       FHIR R4B Questionnaire and QuestionnaireResponse
    xlsform    XLSForm workbooks (.xlsx)
    table      items as a table (.csv)

What a format has no place for travels in a note of ours beside it, so that our own files come back as they went.
Without a note, an import needs to be told the terms, since no format says whether a tool may be passed on. What may not
be passed on is never written. (practice 2.2; decisions.md on redistribution)
"""
