"""Consent: people around a client, releases, consent to ongoing coordination, orders, emergencies, and the register.

A release names one discloser, one recipient, the kinds of record, a purpose and an end. Signing one writes a ground in
`clients`, which is what decides; ending, suspending or revoking it acts on that ground at once. Consent to take part
in ongoing coordination is another thing: it opens meetings, not records. Nothing here opens a record by itself. Start
reading with actions.py; what is asked of a release stands in domain/consent.py.
"""
