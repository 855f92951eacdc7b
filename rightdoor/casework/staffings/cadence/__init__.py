"""How often each case comes before the team, and when next. (CASE-11)"""
