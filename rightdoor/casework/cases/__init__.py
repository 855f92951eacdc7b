"""The case: opened from a referral, with the people on it, the status determinations and its timeline."""
