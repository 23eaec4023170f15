"""The networks of the paper and the mobile ones."""
