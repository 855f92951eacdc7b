"""What providers tell once a year, without anybody in it. (STAT-1)

form.py          the fields, their closed codes, and the tables; a version of them is data and never program
totals.py        tables of counts: do they add up, and do they say the same as one another?
rows.py          one line for each person without identity; the totals that lines come to; a small area gives its region
identifying.py   what in a heading or a cell could tell of a person: such a file is refused at the door
funding.py       who may send lines, and who totals alone
jumps.py         what grew or shrank by more than half since the year before
year.py          who is asked on the frozen list, what became of each, which version of an answer stands
prosecution.py   the yearly report of an office that prosecutes

An area whose trafficking is told may be an area of the pack, a region, or one of the codes for several, elsewhere and
unknown. Nothing here reads a file or knows the time. (reporting 6, 7.1)
"""
