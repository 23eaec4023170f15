"""Networks and their checkpoints."""

from centernet_ros.models.architectures import ARCHITECTURES, create_model
from centernet_ros.models.centernet import CenterNet
from centernet_ros.models.checkpoint import load_model, save_model
from centernet_ros.models.checkpoint_files import CheckpointError
from centernet_ros.models.input_spec import InputSpec
from centernet_ros.models.spec import ModelSpec

__all__ = [
    "ARCHITECTURES",
    "CenterNet",
    "CheckpointError",
    "InputSpec",
    "ModelSpec",
    "create_model",
    "load_model",
    "save_model",
]
