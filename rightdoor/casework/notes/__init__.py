"""What each profession writes on a case: its sheet of facts and its notes. A privileged note stays with its profession."""
