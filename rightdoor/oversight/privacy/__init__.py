"""Who has looked at a child's record, how long it is kept, and how it goes: for privacy officers and agency heads.

Words: an *access report* tells a client who saw their record; the *readers* are told to the agency that holds what was
read; a *hold* stops every disposal; a *disposal* is one client's way from the end of the schedule to the certificate,
asked by one person and approved by another.

Nothing here opens a client's record: codes, classes, counts and times alone. (PRIV-4, PRIV-6; security.md 3.5, 3.11)
"""
