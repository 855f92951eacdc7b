"""What a staffing owes: its topics, what it must settle, and what must be out within hours of it."""

EMERGENCY_MUST_SETTLE = ("victim_status", "eligibility", "consent_plan", "first_plan")
