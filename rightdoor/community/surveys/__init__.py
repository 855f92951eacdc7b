"""Surveys and feedback without a trace of who said what: rounds, one-time codes, answers, results. (PROG-6)

Answers are kept for each round in one sealed piece: mixed anew whenever one comes in, without a time, a number or an
invitation, written sentences apart from the rest. An invitation says whether its code was used and nothing else. The
code travels in a form and never in an address. Nothing is shown before a round is over, nothing under five, and how
many answered is said in steps of five. A round never opens again, and the next of the same instrument waits, so that
no two looks differ by one person.
"""
