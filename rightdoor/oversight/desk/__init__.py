"""Home: what is due, late and new, gathered from the slices below; every row with the one act that comes next."""
