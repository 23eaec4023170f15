from typing import get_args

import cv2
import numpy as np
import pytest
import torch

from centernet_ros.inference.backends.normalization import Normalization
from centernet_ros.inference.preprocessing import compute_geometry, warp_batch
from centernet_ros.models import InputSpec
from centernet_ros.models.spec import InputMode
from centernet_ros.structures import Image

KITTI = {"size": (384, 1280), "mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
CASES = {
    "a|fix_res|1.0": InputSpec(),
    "b|fix_res|1.5": InputSpec(),
    "a|--keep_res|1.0": InputSpec(mode="keep"),
    "b|--keep_res|0.75": InputSpec(mode="keep"),
    "p|--keep_res|1.0": InputSpec(mode="keep"),
    "a|--keep_res --arch hourglass|1.0": InputSpec(mode="keep"),
    "a|--keep_res --flip_test|1.0": InputSpec(mode="keep"),
    "kitti|ddd default|1": InputSpec(mode="width", **KITTI),
    "kitti|ddd --keep_res|1": InputSpec(mode="pad", **KITTI),
}


def preprocess(images, spec, divisor=32, zoom=1.0):
    pixels, geometries = warp_batch(images, spec, divisor, zoom)
    return Normalization(spec)(torch.from_numpy(pixels)), geometries


def read(shared, name):
    return Image(cv2.imread(str(shared / f"reference/outputs/img_{name}.png")))


@pytest.mark.parametrize("case", CASES)
def test_equals_the_authors(case, shared):
    reference = np.load(shared / "reference/outputs/preprocess.npz")
    name, options, zoom = case.split("|")
    divisor = 128 if "hourglass" in options else 32
    batch, _ = preprocess([read(shared, name)], CASES[case], divisor, zoom=float(zoom))
    if "flip" in options:
        batch = torch.cat((batch, batch.flip(3)))
    assert tuple(batch.shape) == tuple(reference[f"{case}|shape"])
    difference = batch.numpy()[:, :, ::4, ::4] - reference[f"{case}|image_every4"]
    print(f"{case}: {np.abs(difference).max():.1e}")
    assert np.abs(difference).max() < 3e-7
    # One float32 rounding of values about 1 in each of the tensor's elements.
    mean_difference = (batch.double().sum().item() - reference[f"{case}|sum"]) / batch.numel()
    assert abs(mean_difference) < 1e-7


@pytest.mark.parametrize("mode", get_args(InputMode))
@pytest.mark.parametrize("zoom", [0.5, 1.0, 1.5])
def test_points_return_to_the_image(mode, zoom):
    geometry = compute_geometry((375, 500), InputSpec(mode=mode), zoom=zoom)
    points = np.random.default_rng(0).uniform(0, 500, (7, 2))
    linear, shift = geometry.image_to_input[:, :2], geometry.image_to_input[:, 2]
    assert np.allclose(geometry.points_to_image(points @ linear.T + shift), points)


@pytest.mark.parametrize("mode", get_args(InputMode))
@pytest.mark.parametrize("size", [(1, 1), (2, 20_000), (3000, 2)])
@pytest.mark.parametrize("zoom", [0.5, 1.0])
def test_extreme_sizes(mode, size, zoom):
    image = Image(np.full((*size, 3), 200, np.uint8))
    batch, (geometry,) = preprocess([image], InputSpec((64, 96), mode), zoom=zoom)
    assert batch.shape[2] % 32 == batch.shape[3] % 32 == 0
    assert batch.isfinite().all()
    # The image's middle lies in the input.
    x, y = geometry.image_to_input @ (size[1] / 2, size[0] / 2, 1)
    assert 0 <= x <= batch.shape[3]
    assert 0 <= y <= batch.shape[2]


def test_sides_are_brought_up_to_the_divisor():
    image = Image(np.zeros((50, 100, 3), np.uint8))
    for mode in ("stretch", "fixed"):
        batch, _ = preprocess([image], InputSpec((300, 500), mode), 128)
        assert batch.shape == (1, 3, 384, 512)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((480, 640), (384, 512)), ((640, 427), (512, 352)), ((100, 90), (512, 480))],
)
def test_fit_pads_to_the_divisor_alone(size, expected):
    image = Image(np.full((*size, 3), 200, np.uint8))
    spec = InputSpec((512, 512), "fit", mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
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
def test_letterbox_is_fit_in_one_size(size):
    image = Image(np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8))
    fit = InputSpec((512, 512), "fit")
    letterbox = fit.with_one_size(fit.size)
    small, (geometry,) = warp_batch([image], fit)
    batch, (same,) = warp_batch([image], letterbox)
    assert batch.shape == (1, 512, 512, 3)
    assert np.array_equal(same.image_to_input, geometry.image_to_input)
    rows, columns = small.shape[1:3]
    assert np.array_equal(batch[:, :rows, :columns], small)
    assert not batch[:, rows:].any()
    assert not batch[:, :, columns:].any()


def test_modes_of_one_size_stay():
    assert InputSpec(mode="width").with_one_size((64, 96)) == InputSpec((64, 96), "width")
    assert InputSpec(mode="keep").with_one_size((64, 96)).mode == "pad"


def test_batch_equals_one_by_one(shared):
    images = [read(shared, name) for name in "abp"]
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
        preprocess([Image(i.astype(np.uint8)) for i in images], InputSpec(mode="keep"))


@pytest.mark.parametrize("mode", ["fixed", "width", "pad", "keep"])
@pytest.mark.parametrize("seed", range(5))
def test_warping_the_image_alone_equals_warping_the_input(mode, seed):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(2, 900, 2).tolist()
    pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
    spec = InputSpec(tuple((32 * rng.integers(1, 17, 2)).tolist()), mode)
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
