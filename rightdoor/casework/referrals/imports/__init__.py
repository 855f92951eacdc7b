"""The referral log that a team keeps in a spreadsheet: each row becomes a referral through the acts that any has."""
