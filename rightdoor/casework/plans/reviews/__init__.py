"""The monthly look at the plan, and asking the partners how it goes."""
