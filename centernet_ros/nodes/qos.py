"""The quality of service of every topic."""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

# Only the newest frame matters, and a late one is worthless (sensor data profile).
IMAGES = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
RESULTS = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
LATCHED = QoSProfile(
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)
