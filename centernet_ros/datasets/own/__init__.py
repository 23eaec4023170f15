"""A folder of anyone's labelled images: its layout, its parts, and what can be learned from it."""
