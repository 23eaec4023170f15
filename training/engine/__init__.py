"""A training run: settings, epochs, weights, checkpoints, logs."""
