"""What training minimizes (paper sections 3 and 4, with the authors' normalizations)."""

from training.losses.criterion import compute_losses
from training.losses.joint import compute_joint_losses
from training.losses.options import LossOptions

__all__ = ["LossOptions", "compute_joint_losses", "compute_losses"]
