"""The audit trail for the auditor: how far it is sealed, whether its witnesses follow, and the printed sheet.

Words: a *witness* keeps signed notes of the trail outside this installation; a *sheet* is such a note on paper.
"""
