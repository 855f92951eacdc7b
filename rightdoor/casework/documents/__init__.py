"""Documents on a case: added by an agency, kept in versions, read by whom the sharing rules let.

Words: a *document* belongs to the agency that added it, its holder, and has one data class; a *version* is one file of
it; the *safe copy* is what readers get; the *original* goes to the holder's own people alone; *withdrawn* is what the
holder took back: from then on nobody else reads it.

It will never hold a recording of an interview, nor a title, a file name or a note in clear.
"""
