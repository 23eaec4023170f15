"""What may be wrong with a data set, and what its targets look like."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from centernet_ros.datasets.sample import DataSet, Sample, read_sample_image
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import write_image
from centernet_ros.models import CenterNet, ModelSpec
from training.data.doubts import find_doubts
from training.data.examples import Examples
from training.engine.settings import Settings


def check_data(data: DataSet) -> list[str]:
    """Print counts, and return one line for each problem.

    Every image is read: it may be missing or not decode; boxes may be empty or lie outside; and
    what `find_doubts` finds.
    """
    problems = [line for sample in tqdm(data.samples, disable=None) for line in _check(sample)]
    labels = [sample.labels for sample in data.samples]
    counts = np.bincount(
        np.concatenate([of_sample[of_sample >= 0] for of_sample in labels]),
        minlength=len(data.class_names),
    )
    empty = sum(not len(of_sample) for of_sample in labels)
    ignore = sum(int(sample.ignore.sum()) for sample in data.samples)
    print(f"{len(data.samples)} images, {empty} of them without objects")
    for note in data.notes:
        print(f"note: {note}")
    print(f"{sum(map(len, labels))} objects, {ignore} of them crowds, difficult or ignored")
    for name, count in zip(data.class_names, counts):
        print(f"  {name}: {count}")
    problems += find_doubts(data)
    problems += [
        f"class {n}: no object" for n, count in zip(data.class_names, counts) if not count
    ]
    return problems


def _check(sample: Sample) -> list[str]:
    try:
        height, width = read_sample_image(sample).shape[:2]
    except DataError as error:
        return [str(error)]
    problems = []
    for i, box in enumerate(sample.boxes):
        x1, y1, x2, y2 = box
        inside = min(x2, width) > max(x1, 0) and min(y2, height) > max(y1, 0)
        if not np.isfinite(box).all() or x2 <= x1 or y2 <= y1:
            problems.append(f"{sample.path}: box {i} {box.tolist()} is empty")
        elif not inside:
            problems.append(f"{sample.path}: box {i} {box.tolist()} lies outside the image")
        elif (box < -1).any() or x2 > width + 1 or y2 > height + 1:
            problems.append(f"{sample.path}: box {i} {box.tolist()} reaches out of the image")
    return problems


def draw_targets(
    data: DataSet, spec: ModelSpec, settings: Settings, folder: Path, count: int
) -> None:
    """Write training examples as images: heat maps in red, boxes at the objects' pixels.

    Args:
        data: images that cannot be read are left out.
        spec: of the network.
        settings: of the training.
        folder: created.
        count: of the first samples.

    Raises:
        OSError, DataError: the drawings cannot be written.
    """
    examples = Examples(data, spec, settings.augmentation, settings.targets, settings.seed)
    for index, sample in enumerate(data.samples[:count]):
        try:
            example = {name: values.numpy() for name, values in examples[0, index].items()}
        except DataError:
            continue
        # Images of one name lie in several folders.
        drawing = folder / f"{index:04d}_{sample.path.stem}.jpg"
        write_image(drawing, draw_example(example, spec))


def draw_example(example: dict[str, np.ndarray], spec: ModelSpec) -> np.ndarray:
    """(h, w, 3) uint8 BGR of an input with its targets."""
    mean, std = (np.array(values, np.float32) for values in (spec.input.mean, spec.input.std))
    canvas: np.ndarray = example["image"].transpose(1, 2, 0) * std + mean
    if spec.input.channel_order == "rgb":
        canvas = canvas[..., ::-1]
    canvas = (255 * canvas).clip(0, 255)
    rows, columns = canvas.shape[:2]
    heat = cv2.resize(example["hm"].max(0), (columns, rows))[..., None]
    canvas = np.ascontiguousarray((1 - heat) * canvas + heat * (0, 0, 255)).astype(np.uint8)
    stride, map_columns = CenterNet.stride, example["hm"].shape[2]
    mask = example.get("box_mask", example["reg_mask"]) > 0
    for slot in np.flatnonzero(mask) if "wh" in example else ():
        pixel = np.array(divmod(int(example["ind"][slot]), map_columns)[::-1])
        centre, half = pixel + example["reg"][slot], example["wh"][slot] / 2
        first, last = (
            (stride * corner).astype(int).tolist() for corner in (centre - half, centre + half)
        )
        cv2.rectangle(canvas, first, last, (0, 255, 0))
    for index in example["hp_ind"][example["hp_mask"] > 0] if "hp_ind" in example else ():
        y, x = divmod(int(index), map_columns)
        cv2.circle(canvas, (stride * x, stride * y), 2, (255, 255, 0), -1)
    return canvas
