"""Agencies that work together, and the rooms where they meet. Never holds anything about a client."""
