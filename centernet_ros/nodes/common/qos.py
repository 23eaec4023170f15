"""The quality of service of every topic."""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

# Only the newest frame matters, and a late one is worthless (sensor data profile).
IMAGES = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
# Several, because an image goes with the one of its own stamp, which need not be the newest.
CALIBRATIONS = QoSProfile(depth=30, reliability=ReliabilityPolicy.BEST_EFFORT)
# As calibrations, but images are large.
DEPTHS = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
RESULTS = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
LATCHED = QoSProfile(
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)
