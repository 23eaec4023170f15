import numpy as np
import pytest
import torch

from centernet_ros.inference.decoding.ctdet import decode_ctdet
from centernet_ros.inference.decoding.decoded import decoded_to_arrays, scale_pixels
from centernet_ros.inference.decoding.to_image import boxes_to_image
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.models import InputSpec


def to_rows(decoded):
    columns = (decoded.boxes, decoded.scores.unsqueeze(-1), decoded.labels.unsqueeze(-1))
    return torch.cat(columns, -1).numpy()


def sort_rows(boxes, scores, labels):
    order = np.lexsort((-scores, labels))
    return np.column_stack((boxes, scores, labels))[order]


@pytest.mark.parametrize(
    ("heads", "result"),
    [
        (("hm", "wh", "reg"), "ct_dets"),
        (("hm", "wh"), "ct_dets_noreg"),
        (("hm", "wh_catspec", "reg"), "ct_dets_catspec"),
    ],
)
def test_equals_the_authors(heads, result, read_maps, reference):
    maps = {name.removesuffix("_catspec"): m for name, m in read_maps("ct", *heads).items()}
    assert np.array_equal(to_rows(decode_ctdet(maps)), reference[result])


def test_equals_the_authors_in_the_image(read_maps, reference):
    geometry = compute_geometry((480, 640), InputSpec((256, 320)))
    decoded = decode_ctdet(read_maps("ct", "hm", "wh", "reg"))
    (found,) = boxes_to_image(decoded_to_arrays(scale_pixels(decoded, 4)), [geometry])
    post = reference["ct_post"]
    expected = sort_rows(post[:, :4], post[:, 4], post[:, 5] - 1)  # their classes start at 1
    rows = sort_rows(found.boxes, found.scores, found.labels)
    print(f"ctdet in the image: {np.abs(rows - expected).max():.1e}")
    assert np.allclose(rows, expected, rtol=1e-6, atol=1e-5)


def test_batch_equals_one_by_one(random_maps):
    maps = random_maps(hm=4, wh=8, reg=2)
    together = decode_ctdet(maps, 20)
    for i in range(3):
        alone = decode_ctdet({name: m[i : i + 1] for name, m in maps.items()}, 20)
        assert all(torch.equal(a[i], b[0]) for a, b in zip(together, alone))


def test_map_smaller_than_the_count():
    maps = {"hm": torch.rand(1, 2, 1, 1), "wh": torch.ones(1, 2, 1, 1)}
    assert decode_ctdet(maps, 100).boxes.shape == (1, 2, 4)
