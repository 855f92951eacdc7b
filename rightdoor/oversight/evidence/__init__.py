"""The evaluation fills itself: what the platform's own records say of each item that tells what would show it. (PROG-2)

rows.py       what a region's records come to, gathered once: counted rows of every slice, and the pack
finding.py    what one rule finds: yes, not yet or cannot tell, with the figure in words and the time that it is about
rules/        one function for each item, by topic: pure over the rows, so the same rows always give the same finding
waits.py      the items that no record can speak of yet, each with the part that it waits for
queries.py    gathers the rows of a region as they stood at a moment, and asks every rule
actions.py    puts what was found before people, as proposals of a self-assessment

A rule never says yes where there was nothing to judge by. A figure about children never shows a count under the
pack's threshold, nor one from which it could be worked out: whoever reads it may not be allowed to see the records.
"""
