"""A case's turn at a meeting: agenda, minutes, decisions, action items, what was settled, and the shared summary."""
