"""The detector node."""
