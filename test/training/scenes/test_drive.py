import numpy as np

from training.scenes.drive import find_speed, move_camera


def test_what_stands_comes_nearer_by_the_way_driven(world):
    standing = next(a for a in world.scene.actors if not a.kind and a.along > 20)
    before = world.scene.find_pose(standing)
    after = move_camera(world, 5.0).scene.find_pose(standing)
    assert 4 < before.z - after.z < 6


def test_traffic_ahead_keeps_its_distance(world):
    speed = find_speed(world)
    moved = move_camera(world, 2 * speed).scene
    for actor in world.scene.actors:
        if actor.speed == speed:
            before, after = world.scene.find_pose(actor), moved.find_pose(actor, 2.0)
            distances = [np.hypot(p.x, p.z) for p in (before, after)]
            assert abs(distances[0] - distances[1]) < 0.5
