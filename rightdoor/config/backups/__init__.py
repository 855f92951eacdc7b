"""Backups: two sets of sealed files, one for the records and one for the keyring, and the way back from them.

Words: a *set* is a folder with a signed manifest; a *box* is a file that only the backup's private key opens; a *drill*
restores a set somewhere else, looks whether everything is there, and throws it away.

The root keys are in no set: whoever has the sets and the backup's private key still reads no client. The folder of keys
is kept in escrow, apart from both.
"""
