"""Reports to those who give money, national codes, and extracts for approved research. (STAT-5, STAT-6)"""
