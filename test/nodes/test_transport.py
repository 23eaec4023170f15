"""Images between two processes over DDS."""

import cv2
import numpy as np
from diagnostic_msgs.msg import DiagnosticArray

from centernet_ros.conversions.diagnostics import values_from_message

FRAMES = 90


def test_no_best_effort_frame_of_1280x720_at_30_hz_is_lost(start, talker, checkpoint, tmp_path):
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30, (1280, 720))
    for i in range(FRAMES):
        writer.write(np.full((720, 1280, 3), i, np.uint8))
    writer.release()
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics", 100)
    # By default the newest image takes the place of one that a busy machine has not fetched yet.
    depth = {"qos_overrides./image.subscription.depth": FRAMES}
    start("detector", {"models": [str(checkpoint)]} | depth)
    start("source", {"source": str(path), "rate": 30.0})

    def latest(node):
        values = [v[node] for v in map(values_from_message, diagnostics) if node in v]
        return values[-1] if values else {}

    def is_settled():
        counts = latest("detector")
        ended = sum(int(counts.get(name, 0)) for name in ("processed", "dropped", "failed"))
        return (
            latest("source").get("finished") == "true"
            and ended == int(counts["received"])
            and diagnostics[-1].header.stamp.sec > finished_at() + 1
        )

    def finished_at():
        return min(
            message.header.stamp.sec
            for message in diagnostics
            if values_from_message(message).get("source", {}).get("finished") == "true"
        )

    talker.spin_until(is_settled)
    assert latest("source")["published"] == str(FRAMES)
    assert latest("detector")["received"] == str(FRAMES)
