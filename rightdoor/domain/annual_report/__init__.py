"""The annual report: which tables it has, and the sentences that are bound to them. (STAT-2)"""
