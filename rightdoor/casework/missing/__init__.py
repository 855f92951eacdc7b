"""Missing or runaway episodes: who was told and when, by which clock, and what follows a return."""
