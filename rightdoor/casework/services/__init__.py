"""Referrals of a client to services, followed until it is known what came of each; advocacy for confirmed victims."""
