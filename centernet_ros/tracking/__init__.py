"""Identity of objects from image to image."""
