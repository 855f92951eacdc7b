"""What each profession writes on a case: its facts and its notes. A privileged note stays with its profession."""
