"""What the end of a record asks of casework: who ended when, what stops it, and taking its rows out of every table."""
