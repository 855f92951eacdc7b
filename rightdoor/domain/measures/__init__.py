"""Performance measures: rows and a cut-off in, a figure out that says what it counted and what it left out.

Every measure goes through its rows one by one and gives each a verdict: met, missed, pending, excluded with a reason,
or outside of what is asked. The figure is the count of the verdicts, so nothing vanishes on the way, the order of rows
never matters, and whoever may see the rows can be shown those behind a figure.

    measured      Verdict, Definition, Measured: share, Wilson interval, percentages, what may be told in public
    rows          the frozen dataclasses that are counted; they are also the words of the file format
    norms         the numbers that a state's pack sets, and the period that is asked about
    response      R1 to R3 by tier, R4 overall, with median and 90th percentile
    survival      Kaplan-Meier, so that referrals still open count
    documentation D1, D2 and both
    cases         S1, S1m, S2, S2c, M1
    coordinators  T1, O1
    agreements    A1, P1, P2
    referrals     F1, outgoing referrals, F2
    screening     C1, C2
    providers     V1
    catalogue     every measure by its name
    reading       plain data -> rows, or everything that is wrong with them

Instants are elapsed time in UTC; days, months and years are the state's. What is known only after the cut-off has not
happened. A fact that nobody has established never helps a figure. Files are read by `rightdoor.packs.measures`; the
page for readers is docs/reference/measures.md. (STAT-4, INT-11)
"""
