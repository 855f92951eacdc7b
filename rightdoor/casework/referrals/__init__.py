"""Referrals to care coordination: intake facts, eligibility, possible match, triage, and the response clock."""
