import math

import numpy as np
import pytest

from centernet_ros.io.kitti_format import parse_kitti_labels, parse_kitti_results
from centernet_ros.metrics.kitti_depth import measure_coverage, measure_depths

LINE = "{name} 0.00 0 0 {x1} 100 {x2} 200 1.5 1.6 4 0 1.6 {z} 0"


def make_line(name, x1, z, score=""):
    return f"{LINE.format(name=name, x1=x1, x2=x1 + 100, z=z)} {score}\n"


def test_errors_are_of_the_best_overlapping_of_the_class():
    gt = make_line("Car", 0, 12) + make_line("Car", 300, 18) + make_line("Pedestrian", 600, 31)
    gt += make_line("Van", 900, 15) + make_line("DontCare", 0, -1000)
    predictions = (
        make_line("Car", 30, 19, 0.9)
        + make_line("Car", 5, 13, 0.2)
        + make_line("Pedestrian", 0, 12, 0.9)  # another class
        + make_line("Car", 340, 18, 0.9)  # overlaps by 60 / 140
        + make_line("Pedestrian", 600, 33, 0.9)
        + make_line("Van", 900, 16, 0.9)
    )
    bands = measure_depths([parse_kitti_labels(gt)], [parse_kitti_results(predictions)])
    assert [band[:4] for band in bands] == [
        (0, 10, 0, 0),
        (10, 20, 2, 1),
        (20, 30, 0, 0),
        (30, 40, 1, 1),
    ]
    assert bands[1].error == 1
    assert bands[3].error == 2
    assert math.isnan(bands[0].error)


def test_objects_of_other_frames_are_not_compared():
    frames = [parse_kitti_labels(make_line("Car", 0, 12)), parse_kitti_labels("")]
    predictions = [parse_kitti_results(""), parse_kitti_results(make_line("Car", 0, 12, 0.9))]
    assert [band.predictions for band in measure_depths(frames, predictions)] == [0, 0]


def test_coverage_counts_errors_in_deviations():
    frames = [parse_kitti_labels(make_line("Car", 200 * i, 20)) for i in range(4)]
    found = [
        parse_kitti_results(make_line("Car", 200 * i, 20 + error, 0.9))
        for i, error in enumerate((0.5, -1.5, 3.0, 9.0))
    ]
    deviations = [np.ones(1), np.ones(1), np.full(1, 4.0), np.ones(1)]
    assert measure_coverage(frames, found, deviations) == [0.5, 0.75]
    nothing = [parse_kitti_results("")] * 4
    assert np.isnan(measure_coverage(frames, nothing, [np.zeros(0)] * 4)).all()


def test_coverage_of_normal_errors():
    rng = np.random.default_rng(0)
    spread = rng.uniform(0.5, 3, 2000)
    errors = spread * rng.standard_normal(2000)
    frames = [parse_kitti_labels(make_line("Car", 0, 40))] * 2000
    found = [parse_kitti_results(make_line("Car", 0, 40 + error, 0.9)) for error in errors]
    assert measure_coverage(frames, found, spread[:, None]) == pytest.approx(
        [0.68, 0.95], abs=0.03
    )
