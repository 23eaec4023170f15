"""Commands that run the nodes as processes and report on them."""
