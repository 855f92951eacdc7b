"""Spreadsheets: read without harm, their columns and cells understood, kept sealed until they are taken or let go.

    reading    the bytes of a .xlsx or .csv -> rows of texts
    columns    headings -> what each column means, as a person chose it before
    cells      a text -> a day, a moment, an answer, a choice; or what is wrong with it and how to mend it
    keeping    the sealed rows of an import under way, its steps, and what it made
    traces     has anybody touched what an import made? Then it cannot be undone any more

What the rows of a sheet become is said by a slice of casework: `casework/referrals/imports`, `casework/cases/imports`.
"""
