"""The end of a case: what must be settled first, why it closed, what it taught; and opening it again."""
