"""Replay of annotated images through the running detector, and what came of it."""
