from centernet_ros.io.kitti_format import parse_kitti_labels, parse_kitti_results
from centernet_ros.metrics.mistakes import Mistakes, count_kitti_mistakes

LINE = "{name} 0 0 0 {u} 100 {v} 200 1.5 1.6 4 {x} 1.6 20 0"


def write(name, x, score=""):
    return LINE.format(name=name, x=x, u=600 + 30 * x, v=700 + 30 * x) + f" {score}"


def test_mistakes_of_each_frame():
    gt = [
        [write("Car", 0), write("Car", 10), write("Van", -10), write("Tram", 5)],
        [write("Pedestrian", 0)],
        [],
    ]
    predictions = [
        [write("Car", 0.2, 0.9), write("Car", 0, 0.8), write("Car", -10, 0.7)],
        [write("Pedestrian", 0, 0.2)],
        [write("Cyclist", 3, 0.5)],
    ]
    counted = count_kitti_mistakes(
        [parse_kitti_labels("\n".join(lines)) for lines in gt],
        [parse_kitti_results("\n".join(lines)) for lines in predictions],
        0.3,
    )
    assert counted == [Mistakes(2, 1, 1), Mistakes(1, 1, 0), Mistakes(0, 0, 1)]
