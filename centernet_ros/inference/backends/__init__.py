"""Ways to run a network: each takes uint8 images and gives decoded objects."""

from centernet_ros.inference.backends.backend import Backend
from centernet_ros.inference.backends.checkpoint_file import CheckpointFile
from centernet_ros.inference.backends.create import BACKENDS, create_backend
from centernet_ros.inference.backends.exported import ExportedModel, load_network

__all__ = [
    "BACKENDS",
    "Backend",
    "CheckpointFile",
    "ExportedModel",
    "create_backend",
    "load_network",
]
