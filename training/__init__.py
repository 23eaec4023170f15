"""Training, evaluation and their analyses; stands on centernet_ros, which knows nothing of it."""
