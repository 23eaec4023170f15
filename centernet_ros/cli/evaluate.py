#!/usr/bin/env python3
"""Replays annotated images through the running detector and scores what it publishes.

centernet_evaluate COCO --split val2017 --output evaluation --report
centernet_evaluate KITTI/training --models kitti.pt --rate 10 --report
centernet_evaluate DATA --models run/best.pt --report
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from centernet_ros.conversions.bag_files import is_bag
from centernet_ros.conversions.image_topics import ImageTopic, find_depth_topic, find_image_topic
from centernet_ros.conversions.share import share_folder
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.io.command_errors import report_errors
from centernet_ros.nodes.common.runtime import NodeError
from centernet_ros.replay.data_set_bag import open_data_set, write_data_set_bag
from centernet_ros.replay.session import SessionResult, run_session
from centernet_ros.replay.table import format_evaluation

if TYPE_CHECKING:
    from centernet_ros.replay.outcome import Evaluation

CONFIG = share_folder() / "config" / "evaluation.yaml"


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "data", type=Path, help="rosbag2, or a folder in the layout of COCO, VOC, YOLO or KITTI"
    )
    parser.add_argument(
        "--split",
        help="train, validation or test, or a file of one image a line; COCO itself: a split such "
        "as val2017; KITTI: a file with the names of frames",
    )
    parser.add_argument(
        "--image-topic", default="", help="of a bag; default: the only one of colour images"
    )
    parser.add_argument("--models", nargs="+", help="checkpoints or names of published models")
    parser.add_argument(
        "--config", type=Path, default=CONFIG, help="parameter file of the detector"
    )
    parser.add_argument(
        "--set", nargs="+", default=[], metavar="NAME=VALUE", help="parameters of the detector"
    )
    parser.add_argument(
        "--detector",
        metavar="NAME",
        help="name of a running detector to use instead of starting one",
    )
    parser.add_argument(
        "--rate",
        type=parse_rate,
        default="max",
        help="frames per second; max: the next frame follows an answer; recorded: as recorded",
    )
    parser.add_argument(
        "--output", type=Path, default=Path("evaluation"), help="folder for the results"
    )
    parser.add_argument(
        "--tracking",
        action="store_true",
        help="also score ids over time (MOTA, IDF1), for data whose ids last from image to image",
    )
    parser.add_argument(
        "--depth",
        nargs="?",
        const="",
        metavar="TOPIC",
        help="also play a bag's depth images; default: the only topic of them",
    )
    parser.add_argument("--report", action="store_true", help="also write report.html")
    parser.add_argument(
        "--video",
        action="store_true",
        help="also write annotated.mp4, in which the results are drawn",
    )
    return parser.parse_args()


def parse_rate(text: str) -> float | str:
    """Read a positive number, "max" or "recorded".

    Raises:
        ArgumentTypeError: the text is none of these.
    """
    if text in ("max", "recorded"):
        return text
    try:
        rate = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}, expected max, recorded or Hz") from error
    if not 0 < rate <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not in 0..1000, expected Hz")
    return rate


def replay(arguments: argparse.Namespace, images: ImageTopic, most_objects: int) -> SessionResult:
    """Play images through the detector and record what it publishes in the output folder.

    Args:
        arguments: of the command line.
        images: what is played.
        most_objects: in one image, as far as that is known.

    Raises:
        NodeError: a node does not start or ends early.
        ValueError: options that exclude each other, or a setting that cannot be read.
    """
    rate = arguments.rate
    source = {
        "source": str(images.bag),
        "image_topic": images.name,
        "rate": rate if isinstance(rate, float) else 0.0,
        "reliability": "reliable",
    }
    has_depth = arguments.depth is not None
    if has_depth:
        source["depth_topic"] = find_depth_topic(images.bag, arguments.depth)
    detector = None
    if arguments.detector and (arguments.models or arguments.set):
        raise ValueError("--models and --set are for a detector of its own, not for --detector")
    if arguments.detector is None:
        detector = {
            "image_transport": images.transport,
            "rectified": images.is_rectified,
        }
        if arguments.tracking:
            detector["tracking"] = True
        if has_depth:
            detector["depth"] = True
        if arguments.models:
            detector["models"] = arguments.models
        if most_objects > PredictorOptions().max_detections:
            detector["max_detections"] = most_objects
        detector |= dict(parse_setting(text) for text in arguments.set)
    recorded = arguments.output / "recorded"
    shutil.rmtree(recorded, ignore_errors=True)
    recorded.parent.mkdir(parents=True, exist_ok=True)
    return run_session(
        source,
        detector,
        {"bag": str(recorded)},
        config=arguments.config,
        name=arguments.detector or "detector",
        lockstep=rate == "max",
    )


def parse_setting(text: str) -> tuple[str, object]:
    """Split NAME=VALUE; a value that is not JSON is a string.

    Raises:
        ValueError: there is no "=".
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set {text}: expected NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def evaluate(arguments: argparse.Namespace, work: Path) -> Evaluation:
    """Replay a data set, score the results and write everything into the output folder.

    Args:
        arguments: of the command line.
        work: an empty folder for temporary files.

    Raises:
        BagError, DataError, NodeError, ValueError: the data cannot be replayed.
        ModuleNotFoundError: a library that only the evaluation needs is not installed.
    """
    from centernet_ros.replay.outcome import evaluate_recording

    if arguments.report:
        from centernet_ros.replay.report import write_report
    if arguments.video:
        from centernet_ros.replay.annotated_video import write_annotated_video

    bag, output, most_objects = arguments.data, arguments.output, 0
    if not is_bag(bag):
        if arguments.depth is not None:
            raise ValueError(f"{bag}: no bag, expected one with depth images for --depth")
        data = open_data_set(bag, arguments.split)
        most_objects = data.data.most_objects
        for note in data.notes:
            print(f"note: {note}")
        bag = work / "images"
        write_data_set_bag(data, bag)
    images = find_image_topic(bag, arguments.image_topic)
    session = replay(arguments, images, most_objects)
    evaluation = evaluate_recording(output / "recorded", session, arguments.tracking)
    (output / "figures.json").write_text(json.dumps(evaluation.to_dict(), indent=2))
    table = format_evaluation(evaluation)
    (output / "table.txt").write_text(f"{table}\n")
    written = ["table.txt", "figures.json", "recorded (rosbag2)"]
    print(f"\n{table}\n")
    if arguments.report:
        write_report(evaluation, images, output / "report.html")
        written.append("report.html")
    if arguments.video:
        write_annotated_video(evaluation, images, output / "annotated.mp4")
        written.append("annotated.mp4")
    print(f"in {output}: {', '.join(written)}")
    return evaluation


@report_errors(NodeError)
def main() -> int:
    """Run the command and return its status, which is 1 also if frames are lost or doubled."""
    arguments = parse_arguments()
    try:
        with tempfile.TemporaryDirectory() as work:
            evaluation = evaluate(arguments, Path(work))
    except ModuleNotFoundError as error:
        print(
            f"{error.name} is missing, expected the extra: pip install .[evaluation]",
            file=sys.stderr,
        )
        return 1
    return 1 if evaluation.frames["lost"] or evaluation.frames["doubled"] else 0


if __name__ == "__main__":
    sys.exit(main())
