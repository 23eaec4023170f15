"""Public data sets, and any of the user's own in their layouts."""
