"""Assessments side by side, and what to do next: year against year, region beside region, the plan. (PROG-1, PROG-3)"""
