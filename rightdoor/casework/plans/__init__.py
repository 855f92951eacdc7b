"""Service plans: needs, goals, services, who and by when; every revision kept."""
