import numpy as np

from centernet_ros.io.kitti_format import parse_kitti_labels
from training.scenes.drive import find_speed, make_drive, move_camera


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


def test_tracks_have_the_lines_of_the_labels_and_keep_their_numbers(rig):
    frames = list(make_drive(rig, 4, 4, 1))
    tracks = [[line.split(" ", 2) for line in frame.tracks.splitlines()] for frame in frames]
    for i, (frame, lines) in enumerate(zip(frames, tracks)):
        assert [rest for _, _, rest in lines] == frame.labels.splitlines()
        assert {int(number) for number, _, _ in lines} == {i}
    places = [
        {
            track: parse_kitti_labels(rest).dimensions[0].tolist()
            for _, track, rest in lines
            if track != "-1"
        }
        for lines in tracks
    ]
    lasting = places[0].keys() & places[-1].keys()
    assert len(lasting) >= 3
    assert all(places[0][track] == places[-1][track] for track in lasting)
