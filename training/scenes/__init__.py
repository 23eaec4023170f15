"""Synthetic driving scenes: what stands where, what it looks like, and what a camera sees."""
