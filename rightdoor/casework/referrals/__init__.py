"""The referral of a child to care coordination: received, held against known clients, found eligible or not, triaged.

The response clock is kept here: acts in actions.py start, change and stop it, jobs.py reminds of it, ClockTally counts
how often it was kept. It will never hold the case itself, nor a referral to a service. Start reading with actions.py.
"""
