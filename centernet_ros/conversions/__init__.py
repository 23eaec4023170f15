"""Pure functions between ROS messages and the core's structures."""
