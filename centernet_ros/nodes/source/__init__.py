"""The source node."""
