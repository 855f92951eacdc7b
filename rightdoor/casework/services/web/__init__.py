"""Pages of referrals to services."""
