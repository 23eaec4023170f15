import numpy as np

from centernet_ros.io.kitti_format import parse_kitti_labels
from training.scenes.layouts import draw_layout_world
from training.scenes.view import find_instances

LABELS = """Car 0.00 0 1.50 0 0 9 9 1.50 1.70 4.20 -3.00 1.80 12.00 1.30
Pedestrian 0.00 0 0.00 0 0 9 9 1.80 0.60 0.80 4.00 2.10 25.00 -0.40
Tram 0.00 0 0.00 0 0 9 9 3.50 2.50 15.00 9.00 2.10 40.00 -0.40
DontCare -1 -1 -10 0 0 9 9 -1 -1 -1 -1000 -1000 -1000 -10
"""


def test_objects_stand_where_the_labels_say(rig):
    labels = parse_kitti_labels(LABELS)
    world = draw_layout_world(rig, labels, 1, np.random.default_rng(4))
    instances = find_instances(world.scene, world.camera)
    instances = [instance for instance in instances if instance.kind]
    assert [instance.kind for instance in instances] == ["Car", "Pedestrian"]
    for i, instance in enumerate(instances):
        np.testing.assert_allclose(
            instance.location[[0, 2]], labels.locations[i, [0, 2]], atol=1e-3
        )
        np.testing.assert_allclose(instance.location[1], labels.locations[i, 1], atol=0.15)
        np.testing.assert_allclose(instance.dimensions, labels.dimensions[i], atol=1e-3)
        np.testing.assert_allclose(instance.rotation_y, labels.rotations_y[i], atol=1e-3)
