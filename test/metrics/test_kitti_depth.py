import math

from centernet_ros.io.kitti_format import parse_kitti_labels, parse_kitti_results
from centernet_ros.metrics.kitti_depth import measure_depths

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
