"""Screenings: indicators looked for with a tool, what they rest on, and what follows.

A screening is about somebody who may never become a client, so it stands sealed under its own code, as a report
does. Whoever began it sees it; a team sees it once it is handed on. It sets nobody's status. Indicators of a narrative
tool are looked for in what is known and never asked: no page for the young person exists. What is counted stands in
rows of its own that lead back to no screening (`deidentified.py`).

Start with `domain/screening.py`, then `actions.py`.
"""
