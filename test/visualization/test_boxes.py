import numpy as np

from centernet_ros.structures import Detections, Image
from centernet_ros.visualization import copy_as_bgr, draw_detections
from centernet_ros.visualization.boxes import label_colour


def detect(*box, label=0):
    return Detections(np.array([box], np.float32), np.array([0.5], np.float32), np.array([label]))


def test_box_is_drawn_in_the_class_colour():
    image = np.zeros((100, 200, 3), np.uint8)
    draw_detections(image, detect(50, 40, 150, 90), {0: "person"})
    assert (image[90, 100] == label_colour(0)).all()
    assert (image[60, 50] == label_colour(0)).all()
    assert not image[65, 100].any()


def test_label_stays_inside_the_image():
    image = np.zeros((100, 200, 3), np.uint8)
    draw_detections(image, detect(190, 0, 199, 99), {0: "traffic light"})
    assert (image[:12] == label_colour(0)).all(-1).any(0)[100:190].any()


def test_coordinates_beyond_opencv_are_harmless():
    image = np.zeros((10, 10, 3), np.uint8)
    draw_detections(image, detect(-1e20, -1e20, 1e20, 1e20, label=7), {})
    assert image.shape == (10, 10, 3)


def test_neighbouring_labels_differ():
    colours = np.array([label_colour(label) for label in range(80)])
    assert (np.abs(np.diff(colours, axis=0)).sum(1) > 100).all()


def test_copy_is_bgr_and_its_own():
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    copy = copy_as_bgr(Image(pixels, "rgb"))
    np.testing.assert_array_equal(copy, pixels[..., ::-1])
    copy[:] = 0
    assert pixels.any()
