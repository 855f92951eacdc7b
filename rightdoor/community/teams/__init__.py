"""Care coordination teams by region, and who sits on them for which discipline. Never holds anything about a client."""
