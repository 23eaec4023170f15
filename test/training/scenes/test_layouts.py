import numpy as np

from centernet_ros.io.kitti_format import parse_kitti_labels
from training.scenes.layouts import draw_layout_world
from training.scenes.view import place_actors

LABELS = """Car 0.00 0 1.50 0 0 9 9 1.50 1.70 4.20 -3.00 1.80 12.00 1.30
Pedestrian 0.00 0 0.00 0 0 9 9 1.80 0.60 0.80 4.00 2.10 25.00 -0.40
Tram 0.00 0 0.00 0 0 9 9 3.50 2.50 15.00 9.00 2.10 40.00 -0.40
DontCare -1 -1 -10 0 0 9 9 -1 -1 -1 -1000 -1000 -1000 -10
"""


def test_objects_stand_where_the_labels_say(rig):
    labels = parse_kitti_labels(LABELS)
    world = draw_layout_world(rig, labels, 1, np.random.default_rng(4))
    placed = [one for one in place_actors(world.scene, world.camera) if one.kind]
    assert [one.kind for one in placed] == ["Car", "Pedestrian"]
    for i, one in enumerate(placed):
        np.testing.assert_allclose(one.location[[0, 2]], labels.locations[i, [0, 2]], atol=1e-3)
        np.testing.assert_allclose(one.location[1], labels.locations[i, 1], atol=0.15)
        np.testing.assert_allclose(one.dimensions, labels.dimensions[i], atol=1e-3)
        np.testing.assert_allclose(one.rotation_y, labels.rotations_y[i], atol=1e-3)
