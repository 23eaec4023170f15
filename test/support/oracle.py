"""Ground truth as the maps of a perfect 3D network."""

from __future__ import annotations

import numpy as np

from centernet_ros.geometry.affine import apply_affine
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.labels import KITTI_CLASSES
from centernet_ros.models import CenterNet, InputSpec, ModelSpec, create_model, save_model
from training.analyses.kitti_encoding import HEADS, encode_orientations
from training.analyses.oracle import targets_to_maps
from training.targets import encode_ddd

INPUT = InputSpec((384, 1280), "width")
STRIDE = CenterNet.stride
# fx of most of KITTI in pixels of the input, where its images are 1242 wide.
FOCAL_LENGTH = 721.5377 * 1280 / 1242


class Scene:
    """Objects before a camera, as the maps of a perfect network.

    Attributes:
        labels: the Pedestrians, Cars and Cyclists whose centres are in the image; of those that
            share a pixel of the map the last.
        maps: what the network says, activated.
    """

    def __init__(self, labels, image_size, camera):
        """Encode.

        Args:
            labels: KittiLabels.
            image_size: height and width of the image.
            camera: of the image as it came.
        """
        geometry = compute_geometry(image_size, INPUT)
        scale = geometry.image_to_input[0, 0]
        size = geometry.size[0] // STRIDE, geometry.size[1] // STRIDE
        middle = labels.locations - labels.dimensions[:, :1] / 2 * [0, 1, 0]
        pixels = camera.project(middle)
        focal_length, principal = camera.projection[0, [0, 2]]
        columns = camera.project(middle, distorted=False)[:, 0]
        centres = apply_affine(geometry.image_to_input / STRIDE, pixels)
        half = (labels.boxes[:, 2:] - labels.boxes[:, :2]) * scale / STRIDE / 2
        seen = (middle[:, 2] > 0) & (centres >= 0).all(1) & (centres < (size[1], size[0])).all(1)
        half[~seen] = 0
        classes = [KITTI_CLASSES.index(n) if n in KITTI_CLASSES else -1 for n in labels.names]
        # Label files round the angle to the ray, but it follows from the heading.
        alphas = labels.rotations_y - np.arctan2(columns - principal, focal_length)
        targets = encode_ddd(
            np.concatenate((centres - half, centres + half), 1).astype(np.float32),
            np.array(classes),
            np.zeros((len(classes), len(KITTI_CLASSES)), bool),
            np.arctan2(np.sin(alphas), np.cos(alphas)),
            # What a camera of the training's focal length would have to be away.
            labels.locations[:, 2] * FOCAL_LENGTH / (focal_length * scale),
            labels.dimensions,
            size,
        )
        targets["rot"] = encode_orientations(targets["rotbin"], targets["rotres"])
        self.maps = targets_to_maps(targets, HEADS)
        slots = np.flatnonzero(targets["rot_mask"])
        last = {int(targets["ind"][slot]): int(slot) for slot in slots}
        self.encoded = len(slots)
        self.rows = sorted(last.values())
        self.labels = take(labels, self.rows)


def take(labels, rows):
    """Some objects of a label file."""
    columns = [np.asarray(getattr(labels, name))[rows] for name in KittiLabels.__match_args__]
    return KittiLabels(*columns)


def save_network(path):
    """A 3D network that is never run, with the input and focal length of the scenes."""
    heads = {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2}
    spec = ModelSpec("mobilenetv3", heads, KITTI_CLASSES, INPUT, focal_length=FOCAL_LENGTH)
    save_model(create_model(spec), path)
    return path
