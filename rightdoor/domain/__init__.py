"""The rules of the field: pure functions from facts to decisions, each with its reason and its source.

Standard library only. Nothing here reads a clock, a table or a file: times and facts come in as arguments. A fact
that nobody has established is None, and None is never the lenient branch. Start reading with `response_tier.py`.
"""
