"""Numbers for people outside: tables under disclosure control, and what is made of them. (STAT-3)

solver.py   the one adapter to the solver of linear programs; numpy and the solver are imported nowhere else
"""
