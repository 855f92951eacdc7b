"""Reads of this slice: who looked, what is unusual, what is kept how long, and why a decision comes out as it does."""
