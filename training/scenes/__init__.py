"""Synthetic driving scenes: where things stand, how they look, and what a camera sees of them."""
