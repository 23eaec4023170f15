import cv2
import numpy as np
import pytest

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.models import InputSpec
from training.data.seen_share import describe_cut


@pytest.fixture
def squares(tmp_path):
    """A data set of one image of 80x80."""
    path = tmp_path / "square.png"
    cv2.imwrite(str(path), np.zeros((80, 80, 3), np.uint8))
    nothing = Sample(path, 1, np.zeros((0, 4)), np.zeros(0, int), np.zeros(0, bool))
    return DataSet(tmp_path, ("thing",), (nothing,))


def test_what_is_cut_off_is_said(squares):
    assert describe_cut(squares, InputSpec((32, 64), "width")) == (
        "inputs of 64x32 show 50% of the images and cut the rest off; "
        "--input.resize contain --input.dynamic true shows it all"
    )


@pytest.mark.parametrize("resize", ["stretch", "longest_edge", "contain", "focal_length"])
def test_nothing_is_said_where_all_is_seen(squares, resize):
    assert describe_cut(squares, InputSpec((64, 64), resize)) is None
