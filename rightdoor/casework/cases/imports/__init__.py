"""The list of open cases that a team keeps in a spreadsheet: each row becomes a referral and its open case."""
