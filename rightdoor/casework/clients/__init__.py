"""The client: a code that everybody uses, an identity that few may open, and who stands in which relation to it.

identity.py holds the sealed columns; disclosure.py is the one door to them.
"""
