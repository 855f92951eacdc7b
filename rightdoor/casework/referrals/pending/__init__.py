"""Slower tiers that wait for a second person; until that person confirms, the faster one holds. (INT-6)"""
