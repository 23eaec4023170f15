#!/usr/bin/env python3
"""COCO AP of what the detector publishes: pictures as a bag, through the running node, scored."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from pycocotools.coco import COCO
from vision_msgs.msg import Detection2DArray, LabelInfo

from centernet_ros.conversions.bag import BagError, read_messages
from centernet_ros.conversions.detections import detections_from_message, labels_from_message
from centernet_ros.evaluation.coco_ap import evaluate_coco as compute_metrics
from centernet_ros.formats.coco import to_coco_results
from centernet_ros.frame_readers import FrameError
from centernet_ros.nodes.runtime import NodeError
from centernet_ros.structures import Detections
from centernet_ros.tools.coco_bag import stamp_images, write_coco_bag
from centernet_ros.tools.session import run_session

# As the published model's own evaluation: nothing below, up to 100 objects an image.
SCORE_THRESHOLD = 0.01


def evaluate_coco(
    coco: COCO, images: Path, work: Path, model: str | None = None
) -> dict[str, float]:
    """Replay the pictures through source and detector, and score the published messages.

    Args:
        coco: the ground truth.
        images: folder of the pictures.
        work: empty folder for the two bags.
        model: parameter of the detector, its default if None.

    Returns:
        COCO's metrics, with "images", "lost" and "doubled".

    Raises:
        BagError, FrameError, NodeError, ValueError: what cannot be replayed or scored.
    """
    write_coco_bag(coco, images, work / "images")
    detector = {"image_transport": "compressed", "score_threshold": SCORE_THRESHOLD}
    run_session(
        source={
            "source": str(work / "images"),
            "pacing": "detections",
            "restamp": False,
            "reliability": "reliable",
        },
        detector=detector | ({"models": [model]} if model else {}),
        recorder={"bag": str(work / "results")},
    )
    found, class_names, counts = read_results(work / "results", coco)
    stamps = stamp_images(coco)
    ids = {category["name"]: category["id"] for category in coco.cats.values()}
    unknown = set(class_names.values()) - ids.keys()
    if unknown:
        raise ValueError(f"the data set has no class {', '.join(sorted(unknown))}")
    category_ids = [ids[class_names[label]] for label in sorted(class_names)]
    results = [row for i, d in found.items() for row in to_coco_results(d, i, category_ids)]
    return {
        **compute_metrics(coco, results, "bbox"),
        "images": len(stamps),
        "lost": len(stamps) - len(found),
        "doubled": sum(count > 1 for count in counts.values()),
    }


def read_results(
    bag: Path, coco: COCO
) -> tuple[dict[int, Detections], dict[int, str], Counter[int]]:
    """The recorded detections by image id, the class names, and messages per image id."""
    ids = {stamp: image_id for image_id, stamp in stamp_images(coco).items()}
    found: dict[int, Detections] = {}
    class_names: dict[int, str] = {}
    counts: Counter[int] = Counter()
    for _, _, message in read_messages(bag, [Detection2DArray, LabelInfo]):
        if isinstance(message, LabelInfo):
            class_names = labels_from_message(message)
            continue
        image_id = ids[message.header.stamp.sec * 10**9 + message.header.stamp.nanosec]
        found[image_id] = detections_from_message(message)
        counts[image_id] += 1
    return found, class_names, counts


def read_annotations(path: Path) -> COCO:
    """A COCO annotation file, read without pycocotools' chatter.

    Raises:
        ValueError: it is missing or not COCO annotations.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return COCO(str(path))
    except (OSError, ValueError, KeyError, AssertionError) as error:
        raise ValueError(f"{path}: not a COCO annotation file ({error})") from error


def main() -> int:
    """Evaluate what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--annotations", type=Path, required=True, help="instances_*.json")
    parser.add_argument("--model", help="parameter of the detector")
    parser.add_argument("--json", type=Path, help="file for the metrics")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as work:
            metrics = evaluate_coco(
                read_annotations(arguments.annotations),
                arguments.images,
                Path(work),
                arguments.model,
            )
    except KeyboardInterrupt:
        return 130
    except (BagError, FrameError, NodeError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    for name, value in metrics.items():
        print(f"{name:<10} {value:.4f}" if isinstance(value, float) else f"{name:<10} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(metrics, indent=2))
    return 1 if metrics["lost"] or metrics["doubled"] else 0


if __name__ == "__main__":
    sys.exit(main())
