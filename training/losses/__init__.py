"""What training minimises (paper sections 3 and 4, with the authors' normalisations)."""

from training.losses.criterion import LossOptions, compute_losses

__all__ = ["LossOptions", "compute_losses"]
