"""Speed, measured against a yardstick that the same run carries: a bare Django view with the same one query."""
