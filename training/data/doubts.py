"""Labels that can be read, but hardly mean what they say."""

from __future__ import annotations

import numpy as np

from centernet_ros.datasets.report import Report
from centernet_ros.datasets.sample import DataSet, Sample, read_sample_size
from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.io.errors import DataError

# Images, of which each takes a tenth of a millisecond and more.
SIZES_READ = 500
# Metres; what is given in millimetres is farther.
MOST_DISTANCE = 1000.0
# Metres before the camera from which the projection of a corner means something.
LEAST_DEPTH = 0.1
# Of a 2D box and the projection of the object in space: 3,679 of KITTI's have 0.36 and more.
LEAST_OVERLAP = 0.3


def find_doubts(data: DataSet) -> tuple[str, ...]:
    """A sentence for each kind of doubtful labels, empty where there are none.

    What is asked: have images the size that labels say (of SIZES_READ of them), do 2D boxes reach
    beyond the first pixel, are distances those of things that a camera sees, headings within a
    turn, and do objects in space show where their 2D boxes are?
    """
    report = Report()
    step = max(1, len(data.samples) // SIZES_READ)
    for sample in data.samples[::step]:
        size = find_other_size(sample)
        if size is not None:
            what = "images of another size than their labels say"
            report.add(what, f"{sample.path}, {size[1]}x{size[0]}")
    for sample in data.samples:
        first = np.all(sample.boxes <= 1, 1)
        _add(report, "boxes in the first pixel, as shares of the image's sides are", sample, first)
        if sample.kitti is not None:
            _find_doubts_in_space(sample, report)
    return report.lines()


def find_other_size(sample: Sample) -> tuple[int, int] | None:
    """Height and width of an image if its labels say others; None where it cannot be read, too."""
    if sample.size is None:
        return None
    try:
        size = read_sample_size(sample)
    except DataError:
        return None
    return size if size != sample.size else None


def _find_doubts_in_space(sample: Sample, report: Report) -> None:
    annotations, labels = sample.require_3d(), sample.require_kitti()
    known = annotations.is_known
    far = known & (labels.locations[:, 2] > MOST_DISTANCE)
    _add(report, "objects farther than a kilometre, as in millimetres", sample, far)
    turned = np.maximum(np.abs(labels.alphas), np.abs(labels.rotations_y)) > 2 * np.pi
    what = "headings beyond a whole turn, as in degrees"
    _add(report, what, sample, known & turned)
    corners = compute_corners(labels.dimensions, labels.locations, labels.rotations_y)
    # What the border cuts off has a smaller 2D box.
    whole = known & (corners[..., 2] > LEAST_DEPTH).all(1) & (labels.truncations == 0)
    pixels = project(corners[whole], annotations.projection)
    shown = np.concatenate((pixels.min(1), pixels.max(1)), 1)
    elsewhere = np.zeros(len(whole), bool)
    elsewhere[whole] = compute_iou(shown, labels.boxes[whole]) < LEAST_OVERLAP
    what = (
        "objects in space that show elsewhere than their 2D boxes are, as by the calibration of "
        "another camera or of images of another size"
    )
    _add(report, what, sample, elsewhere)


def _add(report: Report, what: str, sample: Sample, doubtful: np.ndarray) -> None:
    for i in np.flatnonzero(doubtful):
        report.add(what, f"{sample.path}, object {i + 1}")
