"""CenterNet ("Objects as Points", Zhou, Wang, Krähenbühl 2019) for ROS 2 and for training."""
