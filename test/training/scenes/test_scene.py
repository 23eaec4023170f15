import numpy as np
import pytest

from training.scenes.scene import Pose, camera_to_world, heading_to_rotation_y, world_to_camera


def test_a_pose_comes_back_from_the_camera():
    pose, camera_pose = Pose(3.0, -7.0, 0.4), Pose(1.0, 12.0, -2.5)
    back = camera_to_world(world_to_camera(pose, camera_pose), camera_pose)
    np.testing.assert_allclose(back, pose, atol=1e-12)


def test_what_lies_ahead_of_the_camera_is_along_z():
    seen = world_to_camera(Pose(5.0, 2.0, np.pi / 2), Pose(1.0, 2.0, np.pi / 2))
    np.testing.assert_allclose(seen, (0, 4, 0), atol=1e-12)


@pytest.mark.parametrize(("heading", "rotation_y"), [(0.0, -np.pi / 2), (np.pi / 2, 0.0)])
def test_rotation_y_is_measured_from_the_x_axis(heading, rotation_y):
    assert heading_to_rotation_y(heading) == pytest.approx(rotation_y)
