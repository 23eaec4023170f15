from dataclasses import replace

import pytest

from centernet_ros.io.errors import DataError
from training.data.mixture import mix_data


def test_samples_repeat_and_others_come_once(squares):
    few = replace(squares, samples=squares.samples[:2])
    many = replace(squares, samples=squares.samples[2:])
    mixed = mix_data(few, 3, [many])
    assert mixed.samples == few.samples * 3 + many.samples
    assert mixed.paste_sources == few.samples
    assert mix_data(few, 2).samples == few.samples * 2


def test_classes_must_be_the_same(squares):
    with pytest.raises(DataError, match=r"classes a, expected those of .*: blue, red"):
        mix_data(squares, 1, [replace(squares, class_names=("a",))])
