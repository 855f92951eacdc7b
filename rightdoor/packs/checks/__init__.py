"""The checks, by what they look at. Each takes a pack and yields faults; `check.py` runs them all."""
