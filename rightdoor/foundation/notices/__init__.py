"""Notices: something awaits you. Never about whom, and never why in words that a person typed.

Words: a *notice* is one line on the desk of one account, with the code of a record and the way there; its *kind* is the
sentence it stands for; the *outbox* holds mail that is kept instead of sent (demonstrations, and sites without a mail
server).

It will never hold a name, a subject's code where the record's own will do, or any text beyond its kind.
"""
