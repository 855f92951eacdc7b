"""Results of screenings out of a spreadsheet: counted, and nothing more. No person comes in by this door.

A sheet with a column that could hold a name, a birth date or a number of somebody is refused before anything of it is
kept; nothing is stored between the look and the taking, the rows travel sealed in the form.
"""
