"""What COCO's summary averages: classes and precision-recall curves."""

from __future__ import annotations

import numpy as np
from pycocotools.cocoeval import COCOeval

# Indices into COCOeval's precision: all sizes, the most detections.
ALL_SIZES, MOST = 0, -1
OVERLAPS = {"0.50": 0, "0.75": 5}


def average_by_class(evaluation: COCOeval) -> dict[str, dict[str, float]]:
    """Class name -> "AP", "AP50" and "objects", the number to be found; of classes with any."""
    precision = evaluation.eval["precision"][:, :, :, ALL_SIZES, MOST]
    rows = {}
    for column, category in enumerate(evaluation.params.catIds):
        of_class = precision[:, :, column]
        if (of_class < 0).all():
            continue
        objects = sum(
            not g["ignore"] for (_, c), gs in evaluation._gts.items() for g in gs if c == category
        )
        rows[evaluation.cocoGt.cats[category]["name"]] = {
            "AP": float(of_class.mean()),
            "AP50": float(of_class[0].mean()),
            "objects": objects,
        }
    return rows


def average_curves(evaluation: COCOeval) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Overlap -> (R,) recall and (R,) precision, averaged over the classes with objects."""
    precision = evaluation.eval["precision"][..., ALL_SIZES, MOST]
    known = (precision >= 0).all((0, 1))
    if not known.any():
        return {}
    recall = evaluation.params.recThrs
    return {overlap: (recall, precision[i][:, known].mean(1)) for overlap, i in OVERLAPS.items()}
