"""Opening one case for one hour in an emergency: loud, told at once, looked at the next day. (SR-45; security.md 3.7)

Words: an *opening* is one duty officer's hour with one case, on a reason that was typed; its *verdict* is what the
privacy officer says of it afterwards. The hour itself is an override in `casework/clients`, which the sharing rule
knows: it never opens what is privileged, nor what an agency keeps apart.

It will never be lengthened, and never be silent.
"""
