"""What a network is to find in images, and how; made once and handed down whole."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class DecodingOptions:
    """What runs with the network itself, and so is fixed in an exported one.

    Attributes:
        max_detections: objects per image and task at most.
        flip: average the maps with those of the mirrored image.
    """

    max_detections: int = 100
    flip: bool = False


@dataclass(frozen=True)
class PredictorOptions:
    """What a predictor does to find the objects in an image.

    Attributes:
        max_detections: objects per image and task at most.
        flip: average the maps with those of the mirrored image.
        test_scales: the image is looked at in each of these sizes, and what is found is merged by
            soft-NMS; the authors use 0.5, 0.75, 1, 1.25 and 1.5.
        nms: soft-NMS at a single scale too.
        authors_compatible: reproduce the known faults of the authors' code (see
            `boxes3d_to_image` and `merge_detections`).
    """

    max_detections: int = 100
    flip: bool = False
    test_scales: tuple[float, ...] = (1.0,)
    nms: bool = False
    authors_compatible: bool = False

    def make_room(self, most_objects: int) -> PredictorOptions:
        """These options with at least as many detections as an image has objects."""
        return replace(self, max_detections=max(self.max_detections, most_objects))

    @property
    def decoding(self) -> DecodingOptions:
        """The part that runs with the network."""
        return DecodingOptions(self.max_detections, self.flip)

    @property
    def single_scale(self) -> bool:
        """Whether the image is looked at in its own size alone."""
        return self.test_scales == (1.0,)
