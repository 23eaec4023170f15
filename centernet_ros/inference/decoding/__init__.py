"""Maps to objects."""
