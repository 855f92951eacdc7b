"""Self-assessments of a region or of the whole state: answered topic by topic, finished once a year, kept for good.

Every tool runs through here from its file alone (docs/reference/instruments.md). What the platform's own records would
say of an item is proposed to a person, who confirms or overrules it; both are kept. About the work, never a client.
"""
