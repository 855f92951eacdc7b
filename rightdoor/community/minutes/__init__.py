"""Meetings about the work and not about a case: advisory, roundtable, founding, after-action. (MTG-1)

Their minutes stand in clear and name no client. They are kept apart from the table of meetings, on which staffings hang
and which holds no words.
"""
