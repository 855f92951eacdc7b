"""Sealing: text about people is stored so that the database alone cannot read it.

Words: a *sealed* value is ciphertext with its label; the *label* (``SealContext``) says where the value lives, whom it
is about, which agency holds it and of which data class it is; a *compartment* groups data classes under one key; the
*keyring* is the second database, which holds wrapped keys and nothing else; to *destroy* a subject is to delete its
keys, after which every sealed value about it is noise, in old backups too.

This is the only slice that knows the cipher. It will never hold a rule about who may read what, nor plain text.
"""
