"""The reader of each data set layout, used by training, metrics, replay and bag writing alike."""
