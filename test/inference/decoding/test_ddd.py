import numpy as np
import pytest
import torch

from centernet_ros.geometry.angles import alpha_to_rotation_y, wrap_angle
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.geometry.projection import project
from centernet_ros.inference.decoding.activation import activate
from centernet_ros.inference.decoding.ddd import decode_ddd
from centernet_ros.inference.decoding.decoded import decoded_to_arrays, scale_pixels
from centernet_ros.inference.decoding.to_image import boxes3d_to_image
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.models import InputSpec

WIDTH_SPEC = InputSpec((384, 1280), "width")


@pytest.fixture
def maps(read_maps):
    raw = read_maps("ddd", "hm", "dep_raw", "rot", "dim", "wh", "reg")
    return raw | {"dep": activate({"dep": raw.pop("dep_raw")})["dep"]}


def decode_arrays(maps):
    """The objects in pixels of the input, as backends give them."""
    return decoded_to_arrays(scale_pixels(decode_ddd(maps), 4))


def locate(maps, reference, authors_compatible):
    geometry = compute_geometry((375, 1242), WIDTH_SPEC)
    calibrations = [reference["ddd_calib"]]
    decoded = decode_arrays(maps)
    (found,) = boxes3d_to_image(decoded, [geometry], calibrations, None, authors_compatible)
    order = np.lexsort((-found.scores, found.labels))
    return found[order]


def read_post(reference):
    """The authors' rows in the same order: alpha, 2D box, size, location, ry, score, class."""
    post = reference["ddd_post"]
    return post[np.lexsort((-post[:, 12], post[:, 13]))]


def test_equals_the_authors(maps, reference):
    d = decode_ddd(maps)
    rows = torch.cat(
        (
            d.centres,
            d.scores.unsqueeze(-1),
            d.orientations,
            d.depths.unsqueeze(-1),
            d.dimensions,
            d.sizes,
            d.labels.unsqueeze(-1),
        ),
        -1,
    )
    assert np.array_equal(rows.numpy(), reference["ddd_dets"])


def test_equals_the_authors_in_the_image(maps, reference):
    b = locate(maps, reference, authors_compatible=True)
    rows = np.column_stack(
        (b.alphas, b.boxes, b.dimensions, b.locations, b.rotations_y, b.scores, b.labels + 1)
    )
    print(f"ddd in the image: {np.abs(rows - read_post(reference)).max():.1e}")
    assert np.allclose(rows, read_post(reference), rtol=1e-6, atol=1e-5)


def test_corrects_the_authors(maps, reference):
    b, post = locate(maps, reference, authors_compatible=False), read_post(reference)
    assert np.abs(post[:, 0]).max() > np.pi
    assert np.abs(b.alphas).max() <= np.pi
    assert np.allclose(np.exp(1j * b.alphas), np.exp(1j * post[:, 0]), atol=1e-5)
    assert np.allclose(b.locations, post[:, 8:11], rtol=1e-5, atol=1e-4)
    # Issue 194: their boxes are higher by the vertical shift of the transform.
    heights = b.boxes[:, 3] - b.boxes[:, 1]
    excess = 375 / 2 - 48 * 1242 / 320
    assert np.allclose(post[:, 4] - post[:, 2] - heights, excess, atol=1e-3)
    assert np.allclose(b.boxes[:, [0, 2]], post[:, [1, 3]], atol=1e-3)


def test_each_image_has_its_own_camera(maps, reference):
    batch = {name: values.repeat(2, 1, 1, 1) for name, values in maps.items()}
    first = reference["ddd_calib"]
    second = first * [[1.1], [1.1], [1.0]]
    geometries = [compute_geometry(size, WIDTH_SPEC) for size in ((375, 1242), (370, 1224))]
    together = boxes3d_to_image(decode_arrays(batch), geometries, [first, second])
    for found, geometry, calibration in zip(together, geometries, (first, second)):
        (alone,) = boxes3d_to_image(decode_arrays(maps), [geometry], [calibration])
        assert np.array_equal(found.locations, alone.locations)
        assert np.array_equal(found.boxes, alone.boxes)
    assert not np.allclose(together[0].locations, together[1].locations)


def test_box_without_a_size_head(maps, reference):
    del maps["wh"]
    found = locate(maps, reference, authors_compatible=False)
    corners = compute_corners(found.dimensions, found.locations, found.rotations_y)
    pixels = project(corners, reference["ddd_calib"])
    assert np.allclose(found.boxes[:, :2], pixels.min(1), rtol=1e-3, atol=0.1)


@pytest.mark.parametrize("distortion", [[], [-0.1, 0.02, 0.0, 0.0]])
def test_amodal_offset_moves_the_object_across_the_image(maps, reference, distortion):
    """By so many pixels of the undistorted image, at the same depth and seen from as before."""
    camera = CameraModel(reference["ddd_calib"], np.array(distortion))
    geometry = compute_geometry((375, 1242), WIDTH_SPEC)
    (plain,) = boxes3d_to_image(decode_arrays(maps), [geometry], [camera])
    maps["amodal_offset"] = torch.tensor([5.0, -3.0]).view(1, 2, 1, 1).expand_as(maps["reg"])
    (moved,) = boxes3d_to_image(decode_arrays(maps), [geometry], [camera])
    assert np.array_equal(moved.boxes, plain.boxes)
    assert np.array_equal(moved.alphas, plain.alphas)
    assert np.allclose(moved.locations[:, 2], plain.locations[:, 2], rtol=1e-6)
    before, after = (
        project(found.locations - found.dimensions[:, :1] / 2 * (0, 1, 0), camera.projection)
        for found in (plain, moved)
    )
    assert np.allclose(after - before, np.array([5, -3]) * 4 * 1242 / 1280, atol=0.05)
    rotations_y = alpha_to_rotation_y(moved.alphas, after[:, 0], camera.projection)
    assert np.allclose(wrap_angle(moved.rotations_y - rotations_y), 0, atol=1e-4)


def test_uncertain_depths_count_less(maps, reference):
    sure = locate(maps, reference, True)
    scales = torch.full_like(maps["dep"], 0.05)
    found = locate(maps | {"dep_uncertainty": scales}, reference, True)
    order = np.lexsort((found.locations[:, 2], found.locations[:, 0]))
    expected = np.lexsort((sure.locations[:, 2], sure.locations[:, 0]))
    np.testing.assert_allclose(found.locations[order], sure.locations[expected])
    depths = found.locations[:, 2]
    np.testing.assert_allclose(found.depth_deviations, 0.05 * 2**0.5 * depths, rtol=0.01)
    # Among equally relative errors the nearest are the most certain in metres.
    shares = found.scores[order] / sure.scores[expected]
    near = np.argsort(depths[order])
    assert (np.diff(shares[near]) <= 1e-3).all()
    assert shares.max() <= 1


def test_headings_in_the_camera_s_frame(maps, reference):
    """The same numbers of the head, which stand for the heading itself."""
    camera = reference["ddd_calib"]
    geometry = compute_geometry((375, 1242), WIDTH_SPEC)
    decoded = decode_arrays(maps)
    (by_ray,) = boxes3d_to_image(decoded, [geometry], [camera])
    (in_camera,) = boxes3d_to_image(decoded, [geometry], [camera], orientation="rotation_y")
    assert np.allclose(in_camera.rotations_y, by_ray.alphas, atol=1e-6)
    assert np.array_equal(in_camera.locations, by_ray.locations)
    columns = project(in_camera.locations, camera)[:, 0]
    rotations_y = alpha_to_rotation_y(in_camera.alphas, columns, camera)
    difference = wrap_angle(rotations_y - in_camera.rotations_y)
    assert np.abs(difference).max() < 0.05
    assert not np.allclose(in_camera.rotations_y, by_ray.rotations_y, atol=0.1)
