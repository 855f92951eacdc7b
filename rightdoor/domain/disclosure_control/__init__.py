"""Small counts: what must be hidden in tables that are published, and whether hiding it was enough. (STAT-3)

A count of few people can be worked out from totals, from another table, from last year's report or by somebody who
knows part of it. So which counts are hidden is one question over everything that is published together and was ever
published before: the cheapest set of counts to hide, such that nobody can tell a hidden small count better than the
rule itself tells it.

problem.py     cells, sums between them, what may be hidden; faults of a problem
tables.py      cells and sums from tables with hierarchies; tables that share cells share them by name
ledger.py      what was published earlier, and differences that nobody printed but anybody can take
primary.py     which counts are small or too few providers' own
protection.py  how much room each of them must keep
weights.py     what hiding a count costs
linked.py      which part of that can tell something of these counts
attackers.py   who subtracts: an outsider, one who knows the rule, a provider, a person who is alone in a count
exact.py       the cheapest pattern, by cuts; or a good one when time runs out
audit.py       another way of looking: what an attacker can still tell of a pattern. Shares no step with exact.py
figures.py     shares and changes, from published counts only
groups.py      rows that say something about everybody in them
certificate.py what was found, with the hash of the pattern; nothing is published without one
rounding.py, cell_key.py  other ways of protecting, for tables that must show every cell
reading.py     problems, patterns and certificates as JSON (docs/reference/disclosure-control.md)
solving.py     what is asked of a solver; the one that is used lives in oversight/statistics

Standard library only. Method: Fischetti and Salazar, Management Science 47(7), 2001; several attackers after Salazar.
"""
