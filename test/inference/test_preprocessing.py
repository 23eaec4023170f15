from dataclasses import replace
from typing import get_args

import cv2
import numpy as np
import pytest
import torch
from reference_values import sample_values

from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.inference.backends.normalization import Normalization
from centernet_ros.inference.preprocessing import compute_geometry, warp_batch, warp_image
from centernet_ros.models import InputSpec
from centernet_ros.models.format_1 import INPUT_MODES
from centernet_ros.models.input_spec import DYNAMIC_RESIZES, Pad, Resize
from centernet_ros.structures import Image

KITTI = {"size": (384, 1280), "mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
CASES = {
    "a|fix_res|1.0": InputSpec(),
    "b|fix_res|1.5": InputSpec(),
    "a|--keep_res|1.0": InputSpec(resize="none", dynamic=True),
    "b|--keep_res|0.75": InputSpec(resize="none", dynamic=True),
    "p|--keep_res|1.0": InputSpec(resize="none", dynamic=True),
    "a|--keep_res --arch hourglass|1.0": InputSpec(resize="none", dynamic=True),
    "a|--keep_res --flip_test|1.0": InputSpec(resize="none", dynamic=True),
    "kitti|ddd default|1": InputSpec(resize="width", **KITTI),
    "kitti|ddd --keep_res|1": InputSpec(resize="none", **KITTI),
}

CONTAIN = InputSpec((512, 512), "contain", "bottom_right", dynamic=True)
FITS = [
    {"resize": resize, "pad": pad, "dynamic": dynamic}
    for resize in get_args(Resize)
    for pad in get_args(Pad)
    for dynamic in ((False, True) if resize in DYNAMIC_RESIZES else (False,))
]


def preprocess(images, spec, divisor=32, test_scale=1.0):
    pixels, geometries = warp_batch(images, spec, divisor, test_scale)
    return Normalization(spec)(torch.from_numpy(pixels)), geometries


@pytest.fixture
def read(reference_folder, root):
    """An image of the reference; those but "a" are large and beside the repository."""

    def read_one(name):
        path = reference_folder / f"img_{name}.png"
        if not path.is_file():
            path = root.parent / f"shared/reference/outputs/img_{name}.png"
        if not path.is_file():
            pytest.skip(f"{path} is not here")
        return Image(cv2.imread(str(path)))

    return read_one


@pytest.mark.parametrize("case", CASES)
def test_equals_the_authors(case, read, reference_folder):
    reference = np.load(reference_folder / "preprocess.npz")
    name, options, scale = case.split("|")
    divisor = 128 if "hourglass" in options else 32
    batch, _ = preprocess([read(name)], CASES[case], divisor, test_scale=float(scale))
    if "flip" in options:
        batch = torch.cat((batch, batch.flip(3)))
    assert tuple(batch.shape) == tuple(reference[f"{case}|shape"])
    found = sample_values(case, batch.numpy()[:, :, ::4, ::4], 300)
    difference = found - reference[f"{case}|image"]
    print(f"{case}: {np.abs(difference).max():.1e}")
    assert np.abs(difference).max() < 3e-7
    # One float32 rounding of values about 1 in each of the tensor's elements.
    mean_difference = (batch.double().sum().item() - reference[f"{case}|sum"]) / batch.numel()
    assert abs(mean_difference) < 1e-7


@pytest.mark.parametrize(
    ("size", "focal_length", "expected"),
    [
        ((375, 1242), 721.5, (320, 1056)),  # as learned
        ((750, 2484), 1443.0, (320, 1056)),
        ((280, 842), 721.5, (224, 704)),  # sees less
        ((720, 1280), 900.0, (448, 768)),  # the scale that so many pixels allow
        ((720, 1280), 2400.0, (192, 320)),
        ((480, 640), None, (512, 672)),
    ],
)
def test_inputs_of_a_focal_length(size, focal_length, expected):
    spec = InputSpec((320, 1056), "focal_length", dynamic=True, focal_length=613.5)
    geometry = compute_geometry(size, spec, focal_length=focal_length)
    assert geometry.size == expected
    scale = geometry.image_to_input[0, 0]
    assert scale == pytest.approx(geometry.image_to_input[1, 1], rel=0.01)
    if focal_length:
        assert scale * focal_length <= 613.5 * 1.001
    # All of the image is seen, and little beside it.
    corner = geometry.image_to_input @ (size[1], size[0], 1)
    assert np.all(corner <= expected[::-1])
    assert np.prod(corner) > 0.9 * np.prod(expected)
    static = compute_geometry(size, spec.with_static_size((320, 1056)), focal_length=focal_length)
    assert static.size == (320, 1056)
    assert np.all(static.image_to_input @ (size[1], size[0], 1) <= (1056, 320))


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("scale", [0.5, 1.0, 1.5])
def test_points_return_to_the_image(fit, scale):
    geometry = compute_geometry((375, 500), InputSpec(**fit), test_scale=scale)
    points = np.random.default_rng(0).uniform(0, 500, (7, 2))
    linear, shift = geometry.image_to_input[:, :2], geometry.image_to_input[:, 2]
    assert np.allclose(geometry.points_to_image(points @ linear.T + shift), points)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", [(1, 1), (2, 20_000), (3000, 2)])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_extreme_sizes(fit, size, scale):
    image = Image(np.full((*size, 3), 200, np.uint8))
    batch, (geometry,) = preprocess([image], InputSpec((64, 96), **fit), test_scale=scale)
    assert batch.shape[2] % 32 == batch.shape[3] % 32 == 0
    assert batch.isfinite().all()
    # The image's middle lies in the input, or its corner where that is what stays.
    middle = fit["pad"] == "center"
    x, y = geometry.image_to_input @ (middle * size[1] / 2, middle * size[0] / 2, 1)
    assert 0 <= x <= batch.shape[3]
    assert 0 <= y <= batch.shape[2]


def test_sides_are_brought_up_to_the_divisor():
    image = Image(np.zeros((50, 100, 3), np.uint8))
    for resize in ("stretch", "longest_edge"):
        batch, _ = preprocess([image], InputSpec((300, 500), resize), 128)
        assert batch.shape == (1, 3, 384, 512)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((480, 640), (384, 512)), ((640, 427), (512, 352)), ((100, 90), (512, 480))],
)
def test_a_dynamic_input_is_padded_to_the_divisor_alone(size, expected):
    image = Image(np.full((*size, 3), 200, np.uint8))
    spec = replace(CONTAIN, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    batch, (geometry,) = preprocess([image], spec)
    assert tuple(batch.shape[2:]) == expected
    assert geometry.points_to_image(np.zeros(2)).tolist() == [0, 0]
    x, y = geometry.image_to_input @ (size[1], size[0], 1)
    assert max(x, y) == pytest.approx(512)
    assert x / y == pytest.approx(size[1] / size[0], rel=0.5 / min(x, y))
    rows, columns = round(y), round(x)
    assert torch.all(batch[..., :rows, :columns] == batch.max())
    assert not batch[..., rows:, :].any()
    assert not batch[..., columns:].any()


@pytest.mark.parametrize("size", [(480, 640), (640, 427)])
def test_a_static_input_holds_the_dynamic_one(size):
    image = Image(np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8))
    small, (geometry,) = warp_batch([image], CONTAIN)
    batch, (same,) = warp_batch([image], CONTAIN.with_static_size(CONTAIN.size))
    assert batch.shape == (1, 512, 512, 3)
    assert np.array_equal(same.image_to_input, geometry.image_to_input)
    rows, columns = small.shape[1:3]
    assert np.array_equal(batch[:, :rows, :columns], small)
    assert not batch[:, rows:].any()
    assert not batch[:, :, columns:].any()


@pytest.mark.parametrize("size", [(480, 640), (64, 99)])
def test_padding_on_all_sides_moves_whole_pixels(size):
    """The same image as with padding at the right and the bottom, in the middle."""
    image = Image(np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8))
    corner, _ = warp_batch([image], CONTAIN.with_static_size((512, 512)))
    centred = InputSpec((512, 512), "contain", "center")
    batch, (geometry,) = warp_batch([image], centred)
    left, top = geometry.image_to_input[:, 2].astype(int)
    x, y = np.rint(geometry.image_to_input @ (size[1], size[0], 1)).astype(int)
    assert abs(left - (512 - x)) <= 1
    assert abs(top - (512 - y)) <= 1
    assert np.array_equal(batch[0, top:y, left:x], corner[0, : y - top, : x - left])
    assert batch[0, top:y, left:x].sum(dtype=int) == batch.sum(dtype=int)


@pytest.mark.parametrize("resize", ["longest_edge", "width", "none"])
def test_padding_at_the_bottom_right_leaves_the_corner(resize):
    image = Image(np.full((50, 80, 3), 200, np.uint8))
    spec = InputSpec((96, 128), resize, "bottom_right")
    batch, (geometry,) = warp_batch([image], spec)
    assert geometry.image_to_input[:, 2] == pytest.approx([0, 0])
    assert (batch[0, 0, 0] == 200).all()
    scale = 1.0 if resize == "none" else 128 / 80
    assert geometry.image_to_input[:, :2] == pytest.approx(scale * np.eye(2))


@pytest.mark.parametrize("angle", [0.0, 0.4])
def test_moved_images_land_where_the_geometry_says(angle):
    """A moved, scaled and turned window, in continuous coordinates."""
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[20:30, 50:60] = 255
    cos, sin = 1.2 * np.cos(angle), 1.2 * np.sin(angle)
    matrix = np.array([[cos, -sin, 6.3], [sin, cos, 0.7]])
    target = np.full((96, 128, 3), 99, np.uint8)
    spec = InputSpec((96, 128), "stretch")
    warp_image(pixels, InputGeometry((96, 128), matrix), spec, target)
    ys, xs = np.indices(target.shape[:2])
    weights = target[..., 0] / target[..., 0].sum(dtype=float)
    middle = [(weights * (xs + 0.5)).sum(), (weights * (ys + 0.5)).sum()]
    assert middle == pytest.approx(matrix @ (55, 25, 1), abs=0.05)


def test_an_image_that_a_window_left_behind_is_black():
    for shift in (-1000.0, 1000.0):
        geometry = InputGeometry((32, 64), np.array([[1, 0, 0], [0, 1, shift]]))
        target = np.full((32, 64, 3), 99, np.uint8)
        warp_image(np.full((20, 30, 3), 200, np.uint8), geometry, InputSpec(), target)
        assert not target.any()


def test_batch_equals_one_by_one(read):
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (*size, 3), np.uint8) for size in ((480, 640), (512, 512))]
    images = [read("a"), *map(Image, noise)]
    batch, _ = preprocess(images, InputSpec())
    for i, image in enumerate(images):
        assert torch.equal(batch[i : i + 1], preprocess([image], InputSpec())[0])


def test_channel_order():
    bgr = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    expected, _ = preprocess([Image(bgr)], InputSpec())
    rgb = Image(bgr[..., ::-1], "rgb")
    assert torch.equal(preprocess([rgb], InputSpec())[0], expected)


@pytest.mark.parametrize("images", [[], [np.zeros((9, 9, 3)), np.zeros((99, 9, 3))]])
def test_sizes_that_make_no_batch(images):
    with pytest.raises(ValueError, match="expected one size"):
        preprocess(
            [Image(i.astype(np.uint8)) for i in images], InputSpec(resize="none", dynamic=True)
        )


@pytest.mark.parametrize("mode", ["fixed", "width", "pad", "keep"])
@pytest.mark.parametrize("seed", range(5))
def test_warping_the_image_alone_equals_warping_the_input(mode, seed):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(2, 900, 2).tolist()
    pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
    size = tuple((32 * rng.integers(1, 17, 2)).tolist())
    spec = InputSpec(size, **INPUT_MODES[mode])
    batch, (geometry,) = warp_batch([Image(pixels)], spec)
    size = geometry.size[::-1]
    expected = cv2.warpAffine(pixels, geometry.image_to_input, size, flags=cv2.INTER_LINEAR)
    assert np.array_equal(batch[0], expected)


@pytest.mark.parametrize("width", [5, 3000])
def test_normalization_of_any_width(width):
    spec = InputSpec()
    pixels = np.random.default_rng(0).integers(0, 256, (1, 3, width, 3), np.uint8)
    found = Normalization(spec)(torch.from_numpy(pixels)).permute(0, 2, 3, 1).numpy()
    mean, std = np.float32(spec.mean), np.float32(spec.std)
    assert np.abs(found - (pixels / 255 - mean) / std).max() < 3e-7
