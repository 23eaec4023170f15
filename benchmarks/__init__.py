"""Speed of frames and nodes, against the authors' pipeline; not installed."""
