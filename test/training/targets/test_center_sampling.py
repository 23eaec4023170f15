"""Objects are learned at the pixels around their centres, each pixel by the nearest object."""

import numpy as np
import pytest
import torch

from training.engine.settings import Settings
from training.losses import LossOptions, compute_losses
from training.targets import encode_ddd
from training.targets.center_sampling import list_steps
from training.targets.options import TargetOptions

SIZE = (24, 32)
COLUMNS = SIZE[1]
# Two cars behind one another with centres (8, 11) and (11, 12), one whose middle is a pixel, and
# one of which the border of the map cuts off the middle's left.
BOXES = np.array([[0, 3, 16, 19.5], [3, 4, 19, 20], [27, 3, 30, 6], [0, 15, 3, 23]], np.float32)
CENTRES = np.array([[8, 11], [11, 12], [28, 4], [1, 19]])
DEPTHS = np.array([12.0, 8, 30, 5])
SPACE = np.array([[9.0, 10], [12, 13], [28, 4], [0, 19]])


def encode(radius, known=(True,) * 4):
    count = len(BOXES)
    return encode_ddd(
        BOXES,
        np.ones(count, int),
        np.zeros((count, 2), bool),
        np.full(count, 0.1),
        DEPTHS,
        np.ones((count, 3)),
        SIZE,
        centres=SPACE,
        known=np.array(known),
        max_objects=count + 1,
        center_sample_radius=radius,
    )


def find_slots(targets, mask="box_mask"):
    """Slots of a mask, the index of each one's object, and (N, 2) x y of its pixel."""
    slots = np.flatnonzero(targets[mask])
    places = targets["ind"][slots]
    return slots, slots % (len(BOXES) + 1), np.stack((places % COLUMNS, places // COLUMNS), 1)


def test_radius_0_is_the_paper():
    assert list_steps(0).tolist() == [[0, 0]]
    slots, objects, pixels = find_slots(encode(0))
    assert slots.tolist() == objects.tolist() == [0, 1, 2, 3]
    assert pixels.tolist() == CENTRES.tolist()


def test_first_slots_are_the_centres():
    whole, alone = encode(2), encode(0)
    assert len(whole["ind"]) == 25 * len(alone["ind"])
    assert (whole["hm"] == alone["hm"]).all()
    for name in alone.keys() - {"hm"}:
        assert (whole[name][: len(BOXES) + 1] == alone[name]).all(), name


def test_each_pixel_is_of_the_nearest_object():
    _, objects, pixels = find_slots(encode(2))
    assert len(np.unique(pixels, axis=0)) == len(pixels)
    distances = ((pixels[:, None] - CENTRES) ** 2).sum(-1)
    assert (distances[np.arange(len(pixels)), objects] == distances.min(1)).all()
    # The two cars reach 25 pixels each, eight of them the same ones.
    assert np.bincount(objects)[:2].sum() == 25 + 25 - 8
    assert np.bincount(objects)[2:].tolist() == [1, 5]


def test_pixels_are_in_the_middle_of_the_box_and_in_the_map():
    _, objects, pixels = find_slots(encode(6))
    reach = np.maximum((BOXES[:, 2:] - BOXES[:, :2]) / 4, 0.5)
    assert (np.abs(pixels - CENTRES[objects]) <= reach[objects]).all()
    assert (pixels >= 0).all()
    assert (pixels < (COLUMNS, SIZE[0])).all()


def test_each_pixel_tells_the_same_object():
    targets = encode(2)
    slots, objects, pixels = find_slots(targets)
    middles = (BOXES[:, :2] + BOXES[:, 2:]) / 2
    assert np.allclose(pixels + targets["reg"][slots], middles[objects])
    assert np.allclose(targets["wh"][slots], (BOXES[:, 2:] - BOXES[:, :2])[objects])
    assert np.allclose(targets["dep"][slots, 0], DEPTHS[objects])
    in_space = pixels + targets["reg"][slots] + targets["amodal_offset"][slots]
    assert np.allclose(in_space, SPACE[objects])


def test_of_unknown_objects_the_box_alone_is_learned_there():
    targets = encode(2, known=(True, False, True, True))
    assert 1 in find_slots(targets)[1]
    for mask in ("rot_mask", "reg_mask"):
        assert set(find_slots(targets, mask)[1]) == {0, 2, 3}


def test_gradients_reach_these_pixels_alone():
    targets = {name: torch.from_numpy(values)[None] for name, values in encode(2).items()}
    offsets = torch.randn(1, 2, *SIZE, requires_grad=True)
    losses = compute_losses(
        [{"reg": offsets}], targets, "ddd", LossOptions(normalizer="num_objects")
    )
    losses["reg"].backward()
    y, x = offsets.grad[0].any(0).nonzero(as_tuple=True)
    learned = set(zip(x.tolist(), y.tolist()))
    assert learned == {tuple(pixel) for pixel in find_slots(encode(2))[2].tolist()}


@pytest.mark.parametrize("normalizer", [None, "max_objects"])
def test_dividing_by_the_slots_is_refused(normalizer):
    targets = TargetOptions(center_sample_radius=1)
    with pytest.raises(ValueError, match=r"loss\.normalizer .* expected num_objects"):
        Settings(targets=targets, loss=LossOptions(normalizer=normalizer))


def test_a_negative_radius_is_refused():
    with pytest.raises(ValueError, match=r"center_sample_radius -1, expected 0 or more"):
        TargetOptions(center_sample_radius=-1)
    with pytest.raises(ValueError, match="not for ctdet"):
        TargetOptions(center_sample_radius=1).for_task("ctdet")
