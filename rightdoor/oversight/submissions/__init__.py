"""Providers' yearly counts, refused at the door if they identify anybody. (STAT-1)

A year has a list of sources, frozen when they are asked; a source answers with totals or, where its money allows, with
lines without identity; with one click when nobody was served; or says why it declines. Every answer is sealed, every
reading of it recorded, and a correction keeps what it corrects. Small counts of a single source can point at somebody:
nothing of an answer is shown to anybody but the source and those who keep the list.

sheets.py     the template, and a file that comes back: read whole, refused whole where it could tell of a person
models.py     years, the list, answers in sealed pieces, codes of sources without an account
queries.py    how a year stands, what a source has answered, counts for the statistics
actions.py    list, ask, remind, answer, correct, decline, close
web/          pages for who keeps the list; for a source, with an account or with a code
"""
