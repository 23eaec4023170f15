import numpy as np
import pytest
import torch

from centernet_ros.inference.decoding.ctdet import decode_ctdet
from centernet_ros.inference.decoding.flip import average_mirrored, mirror_map
from centernet_ros.inference.decoding.multi_pose import decode_multi_pose


def test_equals_the_authors(reference_folder):
    reference = {
        key: torch.from_numpy(value)
        for key, value in np.load(reference_folder / "flips.npz").items()
    }
    assert torch.equal(mirror_map("hps", reference["x34"]), reference["flip_lr_off"])
    assert torch.equal(mirror_map("hm_hp", reference["x17"]), reference["flip_lr"])


@pytest.mark.parametrize(("name", "channels"), [("hm", 3), ("ltrb", 4), ("hps", 34), ("wh", 2)])
def test_mirroring_twice_changes_nothing(name, channels):
    values = torch.randn(2, channels, 5, 6, dtype=torch.float64)
    twice = mirror_map(name, mirror_map(name, values))
    assert torch.allclose(twice, values)


def test_averages_what_the_authors_average():
    names = {"hm": 1, "wh": 2, "hps": 34, "hm_hp": 17, "reg": 2, "hp_offset": 2}
    maps = {name: torch.rand(1, channels, 4, 6) for name, channels in names.items()}
    mirrored = {name: torch.rand(1, channels, 4, 6) for name, channels in names.items()}
    averaged = average_mirrored(maps, mirrored)
    for name in names:
        mean = (maps[name] + mirror_map(name, mirrored[name])) / 2
        expected = maps[name] if name in ("reg", "hp_offset") else mean
        assert torch.equal(averaged[name], expected), name


def test_sides_of_a_mirrored_box():
    """A box in an image 8 map pixels wide, seen by "ltrb" in the image and in the mirror."""
    for name, peak, box in (("image", 2, (1.5, 4.25)), ("mirror", 5, (8 - 4.25, 8 - 1.5))):
        maps = {"hm": torch.zeros(1, 1, 3, 8), "ltrb": torch.zeros(1, 4, 3, 8)}
        maps["hm"][..., 1, peak] = 1
        maps["ltrb"][0, :, 1, peak] = torch.tensor([peak - box[0], 1, box[1] - peak, 2])
        if name == "image":
            expected, image = decode_ctdet(maps, 1), maps
        else:
            found = decode_ctdet(average_mirrored(image, maps), 1)
    assert torch.allclose(found.boxes, expected.boxes)


def test_symmetric_person_is_unchanged():
    """Maps that are their own mirror image decode as without it."""
    values = torch.rand(1, 34, 5, 8)
    maps = {"hm": torch.zeros(1, 1, 5, 8), "wh": torch.ones(1, 2, 5, 8)}
    maps["hm"][..., 2, 3:5] = 0.5
    maps["hps"] = (values + mirror_map("hps", values)) / 2
    expected = decode_multi_pose(maps, 2)
    found = decode_multi_pose(average_mirrored(maps, maps), 2)
    assert torch.allclose(found.keypoints, expected.keypoints)
