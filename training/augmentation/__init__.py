"""Random changes of training pictures (paper section 5; the authors' code)."""
