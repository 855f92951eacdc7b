"""Reads across the slices below: home, search, numbers. Sees people only as its viewer may."""
