"""The demo command on a short video."""

import subprocess
import sys
from importlib.util import find_spec

import cv2
import numpy as np
import pytest
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.bag import count_messages
from centernet_ros.weights.store import DEFAULT_MODEL, stored_weights


def run(*arguments):
    path = find_spec("centernet_ros.cli.demo").origin
    return subprocess.run(
        [sys.executable, path, *map(str, arguments)], capture_output=True, text=True
    )


def test_leaves_video_bag_and_table(domain, tmp_path):
    if not stored_weights(DEFAULT_MODEL).is_file():
        pytest.skip("the published weights have not been fetched")
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 5, (320, 240))
    for i in range(10):
        writer.write(np.full((240, 320, 3), 20 * i, np.uint8))
    writer.release()
    output = tmp_path / "demo"
    done = run(path, "--output", output)
    assert done.returncode == 0, done.stderr
    rows = dict(
        line.rsplit(maxsplit=1) for line in (output / "table.txt").read_text().splitlines()
    )
    counts = {name.strip(): value for name, value in rows.items()}
    assert counts["frames in"] == counts["frames received"] == "10"
    processed = int(counts["frames processed"])
    assert processed + int(counts["frames dropped for newer ones"]) == 10
    assert count_messages(output / "results", [Detection2DArray]) == processed
    video = cv2.VideoCapture(str(output / "annotated.mp4"))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == processed


def test_missing_video_is_named(domain, tmp_path):
    done = run(tmp_path / "none.avi", "--output", tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path}/none.avi': no such file" in done.stderr
    assert "Traceback" not in done.stderr
