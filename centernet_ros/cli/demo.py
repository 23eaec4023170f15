#!/usr/bin/env python3
"""Plays a video through the source and the detector, and shows what came out."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from centernet_ros.cli.demo_video import DemoVideoError, find_demo_video
from centernet_ros.conversions.bag import BagError, is_bag
from centernet_ros.io.frame_readers import FrameError, open_frames
from centernet_ros.nodes.common.runtime import NodeError
from centernet_ros.nodes.source.playback import DEFAULT_RATE
from centernet_ros.replay.bag_images import find_transport
from centernet_ros.replay.session import SessionResult, run_session


def tabulate(result: SessionResult) -> str:
    """The table of a run."""
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
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value:>10}" for name, value in rows)


def find_rate(source: str) -> float:
    """Frames per second of a source, for the annotated video."""
    if is_bag(Path(source)):
        return DEFAULT_RATE
    return open_frames(source).rate or DEFAULT_RATE


def find_source_transport(source: str) -> str:
    """How the source's images travel."""
    path = Path(source)
    return find_transport(path) if is_bag(path) else "raw"


def main() -> int:
    """Run the demo and write its folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", help="video, folder of images, bag or camera number")
    parser.add_argument("--output", type=Path, default=Path("demo"), help="folder for the results")
    arguments = parser.parse_args()
    output = arguments.output
    try:
        source = arguments.source or str(find_demo_video())
        rate = find_rate(source)
        shutil.rmtree(output / "results", ignore_errors=True)
        result = run_session(
            source={"source": source},
            detector={"image_transport": find_source_transport(source)},
            recorder={
                "bag": str(output / "results"),
                "video": str(output / "annotated.mp4"),
                "video_rate": rate,
            },
        )
    except KeyboardInterrupt:
        return 130
    except (BagError, DemoVideoError, FrameError, NodeError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    table = tabulate(result)
    (output / "table.txt").write_text(f"{table}\n")
    print(f"\n{table}\n\n{output}/annotated.mp4, {output}/results (rosbag2), {output}/table.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
