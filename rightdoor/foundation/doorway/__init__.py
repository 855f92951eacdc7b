"""The doorway: sign-in, second factor, lock, sessions, invitations, and the entry of the demonstration.

Pages and the way through them. Accounts and sessions themselves are foundation/accounts, who is let into what is
foundation/access. allauth brings the passkey ceremony and the codes of authenticator apps; `factors.py` is the only
module that knows it, and its own pages are not mounted. Start reading at `web/arrival.py`.
"""
