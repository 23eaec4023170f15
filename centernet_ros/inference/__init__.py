"""Images in, objects out: pre-processing, network, decoding and post-processing."""
