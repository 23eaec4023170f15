"""Random changes of training images (paper section 5; the authors' code)."""
