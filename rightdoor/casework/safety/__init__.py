"""Safety plans: in the client's words, with a copy that is safe to hold. Never mailed."""
