#!/usr/bin/env python3
"""Error analysis: a network's heads replaced by the ground truth, one by one (paper, Table 7).

python training/analyse_errors.py coco --model ctdet_coco_dla_2x.pth \\
    --annotations instances_val2017.json --images val2017
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from centernet_ros.datasets.sample import DataSet, Sample, read_sample_image
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.torch_backend import TorchBackend
from centernet_ros.inference.device import select_device
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.predictor import DEFAULT_OPTIONS, Predictor
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.io.command_errors import report_errors
from centernet_ros.metrics.coco_samples import score_coco, score_poses
from centernet_ros.metrics.kitti_samples import score_kitti
from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models import CenterNet, CheckpointError, load_model
from centernet_ros.models.spec import Task
from centernet_ros.structures import Detections, Image
from centernet_ros.weights.store import find_weights
from training.analyses.coco_encoding import POSE_HEADS
from training.analyses.kitti_encoding import AMODAL, encode_orientations
from training.analyses.kitti_encoding import HEADS as SPACE_HEADS
from training.analyses.oracle import fill_joint_offsets, fill_nearest
from training.data.examples import encode_sample
from training.data.layouts import add_layouts, find_task, read_layout
from training.data.splits import Score
from training.targets.options import TargetOptions

SCORES: Mapping[Task, Score] = {
    "ctdet": score_coco,
    "multi_pose": score_poses,
    "ddd": score_kitti,
}


class Oracle(EndToEnd):
    """A network some of whose maps are given.

    Attributes:
        known: head -> (1, channels, H, W) activated map, to be set before each image.
    """

    known: dict[str, Tensor]

    def compute_maps(self, batch: Tensor) -> tuple[dict[Task, dict[str, Tensor]], Tensor]:
        """See EndToEnd."""
        known = {head: values.to(batch.device) for head, values in self.known.items()}
        maps, total = super().compute_maps(batch)
        return {task: values | known for task, values in maps.items()}, total


class OraclePredictor(Predictor):
    """A predictor around an `oracle`."""

    def __init__(
        self,
        model: CenterNet,
        device: torch.device | str = "cpu",
        options: PredictorOptions = DEFAULT_OPTIONS,
    ) -> None:
        super().__init__(model, device, options=options)
        self.oracle = Oracle(model, self.options.decoding)
        self.backend = TorchBackend(self.oracle, str(device))


def find_ground_truth(
    predict: Predictor, sample: Sample, size: tuple[int, int]
) -> dict[str, Tensor]:
    """The maps of a perfect network for an image of a size, of those heads that it has."""
    spec = predict.model.spec
    geometry = compute_geometry(
        size, predict.input, predict.model.divisor, focal_length=sample.focal_length
    )
    options = TargetOptions().make_room(spec.task, len(sample.boxes))
    targets = encode_sample(sample, spec, geometry, True, options)
    if spec.task == "ddd":
        targets["rot"] = encode_orientations(targets["rotbin"], targets["rotres"])
    half = targets["wh"] / 2
    targets["ltrb"] = np.concatenate((half - targets["reg"], half + targets["reg"]), 1)
    places = SPACE_HEADS | AMODAL if spec.task == "ddd" else POSE_HEADS
    places = places | {"ltrb": ("ltrb", "ind", "reg_mask")}
    # The peaks alone: ignored objects have high pixels too.
    ground_truth = {
        head: torch.from_numpy(targets[head] == 1)[None].float()
        for head in spec.heads.keys() & {"hm", "hm_hp"}
    }
    for head in spec.heads.keys() & places.keys():
        filled = fill_nearest(targets, head, places[head])
        if filled is not None:
            ground_truth[head] = filled
    if spec.heads.get("hp_offset", 2) > 2:
        ground_truth["hp_offset"] = fill_joint_offsets(targets)
    return ground_truth


def detect_with_ground_truth(
    predict: OraclePredictor, data: DataSet, heads: Sequence[str]
) -> list[Detections]:
    """The objects found in each image if some heads were perfect."""
    predictions = []
    for sample in tqdm(data.samples, leave=False, disable=None):
        pixels = read_sample_image(sample)
        ground_truth = find_ground_truth(predict, sample, pixels.shape[:2])
        predict.oracle.known = {head: ground_truth[head] for head in heads if head in ground_truth}
        cameras = [sample.annotations_3d.projection] if sample.annotations_3d else None
        predictions += predict([Image(pixels)], cameras)
    return predictions


@report_errors(CheckpointError)
def main() -> int:
    """Print the first figure of each evaluation."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )

    def complete(command: argparse.ArgumentParser, layout: str) -> None:
        command.add_argument(
            "--model", required=True, help="checkpoint, or name of a published one"
        )
        command.add_argument("--device", default="auto", help="auto, cpu or cuda")
        command.add_argument("--json", type=Path, help="file for all figures")

    add_layouts(parser, complete)
    arguments = parser.parse_args()
    model = load_model(find_weights(arguments.model))
    data = read_layout(arguments, model.spec.class_names)
    options = DEFAULT_OPTIONS.make_room(data.most_objects)
    predict = OraclePredictor(model, select_device(arguments.device), options)
    score = score_voc if arguments.layout == "voc" else SCORES[find_task(arguments)]
    heads = list(model.heads)
    report = {}
    for chosen in ([], *([head] for head in heads), heads):
        replaced = ", ".join(chosen) or "nothing"
        figures = score(data, detect_with_ground_truth(predict, data, chosen))
        name, value = next(iter(figures.items()))
        print(f"{replaced} replaced: {name} {value:.4f}")
        report[replaced] = figures
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
