"""The client: a code that everybody uses, an identity that few may open, and who stands in which relation to it.

person.py says what an identity consists of, identity.py holds its sealed columns, and disclosure.py is the one door to
them. matching.py holds two entries against each other. It will never hold what is alleged or planned: that stands in
referrals and cases. Start reading with disclosure.py.
"""
