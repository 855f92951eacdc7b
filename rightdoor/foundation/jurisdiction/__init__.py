"""The active pack of this installation, its words and its zone."""
