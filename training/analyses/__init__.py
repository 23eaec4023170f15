"""Error analyses of the paper."""
