"""Measures the speed of frames and nodes against the authors' pipeline; it is not installed."""
