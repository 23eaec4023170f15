"""What half precision costs: the AP of one model by each backend."""

from __future__ import annotations

from pathlib import Path

import torch

from centernet_ros.datasets.coco import read_coco
from centernet_ros.inference.predictor import Predictor
from centernet_ros.metrics.coco_samples import score_coco
from centernet_ros.models import load_model
from training.engine.evaluate import evaluate


def compare_precision(
    path: Path, annotations: Path, images: Path, device: torch.device
) -> list[dict[str, object]]:
    """A row for each backend: its AP on a COCO file.

    Args:
        path: checkpoint of a 2D network.
        annotations: COCO's.
        images: their folder.
        device: where it runs; on a CPU there is eager PyTorch alone.

    Raises:
        CheckpointError: it cannot be used.
        DataError: nor the data.
    """
    backends = ["torch", *(["cuda_graph"] if device.type == "cuda" else [])]
    rows: list[dict[str, object]] = []
    data = read_coco(annotations, images, class_names=load_model(path).spec.class_names)
    for backend in backends:
        # A backend may change the network that it is given.
        predict = Predictor(load_model(path), device, backend=backend)
        figures = score_coco(data, evaluate(predict, data.samples, "ctdet", batch_size=1))
        rows.append({"backend": backend, "images": len(data.samples), "AP": 100 * figures["AP"]})
    return rows
