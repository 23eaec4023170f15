#!/usr/bin/env python3
"""Plays a video through the source and the detector and shows the results."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from tabulate import tabulate

from centernet_ros.cli.demo_video import DemoVideoError, find_demo_video
from centernet_ros.conversions.bag_files import is_bag
from centernet_ros.conversions.image_topics import find_image_topic
from centernet_ros.io.command_errors import report_errors
from centernet_ros.io.frame_readers import open_frames
from centernet_ros.nodes.common.runtime import NodeError
from centernet_ros.nodes.source.playback import DEFAULT_RATE
from centernet_ros.replay.session import SessionResult, run_session


def format_table(result: SessionResult) -> str:
    """Format the figures of a run as a table."""
    source, detector = result.source, result.detector
    rows = [
        ("frames in", source["published"]),
        ("frames received", detector["received"]),
        ("frames processed", detector["processed"]),
        ("frames dropped for newer ones", detector["dropped"]),
        ("frames failed", detector["failed"]),
        ("image age at publication, median", f"{detector['image_age_p50_s']} s"),
        ("image age at publication, 95th percentile", f"{detector['image_age_p95_s']} s"),
    ]
    rows += [(f"detections of {name}", str(count)) for name, count in result.objects]
    return tabulate(rows, tablefmt="plain", colalign=("left", "right"))


def find_frame_rate(source: str) -> float:
    """Return the frames per second of a source, which the annotated video gets."""
    if is_bag(Path(source)):
        return DEFAULT_RATE
    return open_frames(source).rate or DEFAULT_RATE


def find_source_transport(source: str) -> str:
    """Return whether the source publishes "raw" or "compressed" images."""
    path = Path(source)
    return find_image_topic(path).transport if is_bag(path) else "raw"


@report_errors(DemoVideoError, NodeError)
def main() -> int:
    """Run the demo, write its folder and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", help="video, folder of images, bag or camera number")
    parser.add_argument("--output", type=Path, default=Path("demo"), help="folder for the results")
    arguments = parser.parse_args()
    output = arguments.output
    source = arguments.source or str(find_demo_video())
    frame_rate = find_frame_rate(source)
    shutil.rmtree(output / "results", ignore_errors=True)
    result = run_session(
        source={"source": source},
        detector={"image_transport": find_source_transport(source)},
        recorder={
            "bag": str(output / "results"),
            "images": "compressed",
            "video": str(output / "annotated.mp4"),
            "video_rate": frame_rate,
        },
    )
    table = format_table(result)
    (output / "table.txt").write_text(f"{table}\n")
    print(f"\n{table}\n\n{output}/annotated.mp4, {output}/results (rosbag2), {output}/table.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
