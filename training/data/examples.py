"""Samples to the network's input and targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from centernet_ros.datasets.sample import (
    Annotations3D,
    DataSet,
    Sample,
    mirror_sample,
    read_sample_image,
    read_sample_size,
)
from centernet_ros.geometry.affine import apply_affine
from centernet_ros.geometry.boxes3d import compute_middles
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.geometry.projection import project
from centernet_ros.inference.backends.normalization import Normalization
from centernet_ros.inference.preprocessing import compute_geometry, warp_image
from centernet_ros.models import CenterNet, InputSpec, ModelSpec
from training.augmentation.colour import augment_colour
from training.augmentation.copy_paste import paste_objects
from training.augmentation.crop import (
    Crop,
    apply_crop,
    draw_angle,
    draw_crop,
    draw_shift,
)
from training.augmentation.degrade import degrade_image
from training.augmentation.options import Augmentation
from training.targets import encode_ctdet, encode_ddd, encode_multi_pose
from training.targets.boxes import boxes_to_map
from training.targets.options import TargetOptions


@dataclass(frozen=True)
class Examples(Dataset):
    """Inputs and targets, the same for the same seed, epoch and index whoever computes them.

    Attributes:
        data: what to learn from.
        spec: of the network.
        augmentation: random changes.
        target_options: variants of the targets.
        seed: of all randomness.
    """

    data: DataSet
    spec: ModelSpec
    augmentation: Augmentation = field(default_factory=Augmentation)
    target_options: TargetOptions = field(default_factory=TargetOptions)
    seed: int = 0

    def __len__(self) -> int:
        return len(self.data.samples)

    def group_by_input(self) -> np.ndarray:
        """(N,) int, the same for samples whose inputs have one size and make a batch together.

        Raises:
            DataError: an image is missing or is none.
        """
        if not self.spec.input.dynamic:
            return np.zeros(len(self), int)
        sizes = [
            compute_geometry(
                read_sample_size(sample), self.spec.input, focal_length=sample.focal_length
            ).size
            for sample in self.data.samples
        ]
        return np.unique(sizes, axis=0, return_inverse=True)[1]

    def __getitem__(self, place: tuple[int, int]) -> dict[str, Tensor]:
        """Epoch and index to "image" (3, h, w) float32 and the targets.

        Raises:
            DataError: the image is missing or does not decode.
        """
        epoch, index = place
        rng = np.random.default_rng((self.seed, epoch, index))
        sample = self.data.samples[index]
        paste_sources = self.data.paste_sources or self.data.samples
        return make_example(
            sample, self.spec, self.augmentation, rng, self.roomy_options, paste_sources
        )

    @cached_property
    def roomy_options(self) -> TargetOptions:
        """The variants of the targets, with room for the objects of each image."""
        most_objects = self.data.most_objects + self.augmentation.copy_paste
        return self.target_options.make_room(self.spec.task, most_objects)


def make_example(
    sample: Sample,
    spec: ModelSpec,
    augmentation: Augmentation,
    rng: np.random.Generator,
    target_options: TargetOptions,
    paste_sources: Sequence[Sample] = (),
) -> dict[str, Tensor]:
    """Input and targets of one sample; see `Examples` and `paste_objects`."""
    pixels = read_sample_image(sample)
    if augmentation.copy_paste:
        sample = paste_objects(pixels, sample, paste_sources, augmentation.copy_paste, rng)
    size = pixels.shape[:2]
    crop = Crop((size[1] / 2, size[0] / 2))
    moved = augmentation.crop != "none" and rng.random() < augmentation.crop_prob
    if moved and augmentation.crop == "random":
        crop = draw_crop(size, rng)
    elif moved:
        extent = size if spec.task == "ddd" else (max(size), max(size))
        crop = draw_shift(size, extent, rng)
    if augmentation.rotate_prob and rng.random() < augmentation.rotate_prob:
        crop = crop._replace(angle=draw_angle(augmentation.rotate, rng))
    if rng.random() < augmentation.flip_prob:
        last = size[1] - (not spec.input.continuous)
        sample = mirror_sample(sample, last)
        crop = crop._replace(centre=(last - crop.centre[0], crop.centre[1]))
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    usual = compute_geometry(size, spec.input, focal_length=sample.focal_length)
    geometry = apply_crop(usual, size, crop)
    image = warp_to_input(pixels, geometry, spec.input)
    if augmentation.colour or augmentation.degrade:
        image = image.astype(np.float32) / 255
        if augmentation.colour:
            augment_colour(image, rng)
        if augmentation.degrade:
            image = degrade_image(image, rng)
        image = 255 * image
    upright = apply_crop(usual, size, crop._replace(angle=0.0)) if crop.angle else None
    holds = not moved or augmentation.scale_depth
    targets = encode_sample(sample, spec, geometry, holds, target_options, upright)
    return {
        "image": normalize(image, spec.input),
        **{name: torch.from_numpy(values) for name, values in targets.items()},
    }


def warp_to_input(pixels: np.ndarray, geometry: InputGeometry, spec: InputSpec) -> np.ndarray:
    """The (h, w, 3) uint8 image in the input's frame, black outside, as at inference."""
    image = np.empty((*geometry.size, 3), np.uint8)
    warp_image(pixels, geometry, spec, image)
    return image


def normalize(image: np.ndarray, spec: InputSpec) -> Tensor:
    """(h, w, 3) BGR, uint8 or float32 in 0..255, to (3, h, w) as the network expects it."""
    if spec.channel_order == "rgb":
        image = image[..., ::-1]
    batch = torch.from_numpy(np.ascontiguousarray(image))[None]
    return get_normalization(spec)(batch)[0].contiguous()


@lru_cache
def get_normalization(spec: InputSpec) -> Normalization:
    """The network's own, made once for all samples."""
    return Normalization(spec)


def find_centres(annotations_3d: Annotations3D) -> np.ndarray:
    """(N, 2) x y of the objects' middles in pixels, zeros where their place is not known."""
    known = annotations_3d.is_known
    centres = np.zeros((len(known), 2))
    middles = compute_middles(annotations_3d.dimensions[known], annotations_3d.locations[known])
    centres[known] = project(middles, annotations_3d.projection)
    return centres


def encode_sample(
    sample: Sample,
    spec: ModelSpec,
    geometry: InputGeometry,
    depth_holds: bool,
    options: TargetOptions,
    upright: InputGeometry | None = None,
) -> dict[str, np.ndarray]:
    """Targets of a sample whose image lands in the input as a geometry says.

    Depths become those that the spec's focal length would show at the size that objects have in
    the input, the inverse of `boxes3d_to_image`.

    Args:
        sample: in pixels of its image.
        spec: of the network.
        geometry: where the image lands.
        depth_holds: whether depths and dimensions are learned.
        options: variants of the targets.
        upright: of a turned image, where it would land if it were not turned: that of the
            boxes, whose size alone counts there.
    """
    stride = CenterNet.stride
    image_to_map = geometry.image_to_input / stride
    size = -(-geometry.size[0] // stride), -(-geometry.size[1] // stride)
    boxes = boxes_to_map(sample.boxes, (upright or geometry).image_to_input / stride, size)
    variants = options.for_task(spec.task)
    if spec.task == "multi_pose":
        joints = sample.require_joints()
        points = apply_affine(image_to_map, joints.points)
        return encode_multi_pose(
            boxes,
            points,
            joints.visible,
            size,
            turned=upright is not None,
            **variants,
        )
    if spec.task == "ddd":
        annotations_3d = sample.require_3d()
        depths = np.where(annotations_3d.is_known, annotations_3d.depths, 1.0)
        if spec.focal_length:
            focal_length = annotations_3d.projection[0, 0] * geometry.image_to_input[0, 0]
            depths = depths * (spec.focal_length / focal_length)
        in_camera = spec.orientation == "rotation_y"
        return encode_ddd(
            boxes,
            sample.labels,
            annotations_3d.ignored,
            annotations_3d.rotations_y if in_camera else annotations_3d.alphas,
            depths,
            annotations_3d.dimensions,
            size,
            centres=apply_affine(image_to_map, find_centres(annotations_3d)),
            known=annotations_3d.is_known,
            augmented=not depth_holds,
            **variants,
        )
    return encode_ctdet(boxes, sample.labels, spec.num_classes, size, **variants)
