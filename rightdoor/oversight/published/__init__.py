"""Everything that was ever published: what was shown, what was hidden, the sums between them. (STAT-3)"""
