"""What pages of other slices show of a case."""
