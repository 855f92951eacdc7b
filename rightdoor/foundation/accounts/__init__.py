"""People who sign in: invited accounts, passwords, second factors, sessions, lock.

Holds staff only; a client or reporter never has a row here. Which doors an account opens is foundation/access.
"""
