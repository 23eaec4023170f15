#!/usr/bin/env python3
"""Detects objects in image and video files, without ROS.

centernet_detect street.jpg drive.mp4 --model ctdet_coco_dla_2x.pth --output found
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from centernet_ros.cli.result_files import ResultFiles
from centernet_ros.inference.backends import BACKENDS, ExportedModel, load_network
from centernet_ros.inference.input_override import KEEP_RESOLUTION, InputOverride
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.command_errors import INTERRUPTED
from centernet_ros.io.errors import DataError
from centernet_ros.io.frame_readers import VideoReader
from centernet_ros.io.images import read_image
from centernet_ros.io.kitti_format import parse_kitti_calibration
from centernet_ros.io.source_files import SourceFile, list_source_files
from centernet_ros.models import CheckpointError
from centernet_ros.structures import Image
from centernet_ros.weights.store import find_weights

# These are the scales of the authors' multi-scale test.
TEST_SCALES = (0.5, 0.75, 1.0, 1.25, 1.5)


@dataclass(frozen=True)
class Frame:
    """An image file or a frame of a video file.

    Attributes:
        source: the file.
        image: its pixels.
        index: number of the frame; None for an image file.
        frame_rate: frames per second of the video; None if it is unknown.
    """

    source: SourceFile
    image: Image
    index: int | None = None
    frame_rate: float | None = None


def read_frames(source: SourceFile) -> Iterator[Frame]:
    """Yield the image of an image file, or all frames of a video file.

    Raises:
        DataError: the file is missing or cannot be decoded.
    """
    if not source.path.is_file():
        raise DataError(f"{source.path}: no such file")
    if source.is_image:
        yield Frame(source, Image(read_image(source.path)))
        return
    video = VideoReader(source.path)
    for index, image in enumerate(video):
        yield Frame(source, image, index, video.rate)


def read_files(sources: Iterable[SourceFile], errors: list[str]) -> Iterator[Frame]:
    """Yield the frames of all files that can be read; add a line for each other to `errors`."""
    for source in sources:
        try:
            yield from read_frames(source)
        except DataError as error:
            errors.append(str(error))


def batch_frames(frames: Iterable[Frame], batch_size: int) -> Iterator[list[Frame]]:
    """Yield lists of at most `batch_size` consecutive frames of the same size."""
    batch: list[Frame] = []
    for frame in frames:
        if batch and (len(batch) == batch_size or frame.image.size != batch[0].image.size):
            yield batch
            batch = []
        batch.append(frame)
    if batch:
        yield batch


def find_projection(calibration: Path | None, source: Path) -> np.ndarray | None:
    """Return the (3, 4) projection matrix of the camera of a file.

    Args:
        calibration: a KITTI calibration file, or a folder of them with the names of the images;
            None gives None.
        source: the image or video.

    Raises:
        DataError: the calibration is missing or cannot be read.
    """
    if calibration is None:
        return None
    path = calibration / f"{source.stem}.txt" if calibration.is_dir() else calibration
    try:
        return parse_kitti_calibration(path.read_text())
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}") from error


def detect_files(
    predict: Predictor,
    sources: list[SourceFile],
    files: ResultFiles,
    batch_size: int,
    calibration: Path | None,
) -> list[str]:
    """Detect objects in every file and write the results.

    Args:
        predict: finds the objects.
        sources: images and videos.
        files: receives the results.
        batch_size: how many frames of one size go through the network at once.
        calibration: see `find_projection`.

    Returns:
        a line for each file that could not be read.

    Raises:
        DataError: a calibration is missing or cannot be read.
    """
    errors: list[str] = []
    with tqdm(unit=" frames", disable=None) as progress:
        for batch in batch_frames(read_files(sources, errors), batch_size):
            projections = [find_projection(calibration, frame.source.path) for frame in batch]
            predictions = predict.predict_tasks([frame.image for frame in batch], projections)
            for i, (frame, projection) in enumerate(zip(batch, projections)):
                # Without a calibration there are no 3D boxes, which `main` refuses.
                objects = {
                    task: detections
                    for task, images in predictions.items()
                    if (detections := images[i]) is not None
                }
                if frame.index is None:
                    files.write_image(frame.source, frame.image, objects, projection)
                else:
                    files.write_frame(
                        frame.source,
                        frame.index,
                        frame.frame_rate,
                        frame.image,
                        objects,
                        projection,
                    )
            progress.update(len(batch))
    return errors


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", type=Path, nargs="+", help="images, videos, and folders of images"
    )
    parser.add_argument(
        "--model",
        required=True,
        help="checkpoint of any task, or name of a published model",
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        help="what runs the network; default: torch, of an exported network auto",
    )
    parser.add_argument("--batch-size", type=int, default=1, help="frames per run of the network")
    parser.add_argument(
        "--confidence-threshold",
        type=float,
        help="draw objects from this score on; default: the model's own, or 0.3",
    )
    parser.add_argument(
        "--tta",
        choices=("flip", "scales"),
        help="test-time augmentation: the mirrored image, or the mirrored image at five scales",
    )
    parser.add_argument("--nms", action="store_true", help="apply soft-NMS also at a single scale")
    parser.add_argument("--keep-resolution", action="store_true", help="pad instead of scaling")
    parser.add_argument(
        "--calibration",
        type=Path,
        help="KITTI calibration file or a folder of them; needed for 3D boxes",
    )
    parser.add_argument(
        "--class-names",
        type=Path,
        help="text file with a name per line, which replace the model's names",
    )
    parser.add_argument(
        "--authors-compatible", action="store_true", help="reproduce the authors' known faults"
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    options = build_parser().parse_args(arguments)
    try:
        names = None
        if options.class_names:
            names = list(filter(None, options.class_names.read_text().splitlines()))
        model = load_network(find_weights(options.model), names)
        if "ddd" in model.spec.tasks and options.calibration is None:
            raise ValueError("3D boxes need the camera, expected --calibration")
        predict = Predictor(
            model,
            options.device,
            options.backend or ("auto" if isinstance(model, ExportedModel) else "torch"),
            PredictorOptions(
                flip=options.tta is not None,
                test_scales=TEST_SCALES if options.tta == "scales" else (1.0,),
                nms=options.nms,
                authors_compatible=options.authors_compatible,
            ),
            input_override=KEEP_RESOLUTION if options.keep_resolution else InputOverride(),
        )
        sources = list_source_files(options.files, options.output)
        with ResultFiles(
            options.output, sources, model.spec.tasks, options.confidence_threshold
        ) as files:
            errors = detect_files(
                predict, sources, files, max(1, options.batch_size), options.calibration
            )
        print(f"{options.output}: {describe_written(files.written)}")
    except KeyboardInterrupt:
        print(f"interrupted; {options.output} has what was found so far", file=sys.stderr)
        return INTERRUPTED
    except (CheckpointError, OSError, ValueError) as error:
        errors = [str(error)]
    for line in errors:
        print(f"error: {line}", file=sys.stderr)
    return 1 if errors else 0


def describe_written(written: Mapping[str, int]) -> str:
    """Say how many files of each kind were written; files of one kind alone are named."""
    kinds = [f"{count} {kind}" if " " in kind else kind for kind, count in written.items()]
    return ", ".join(kinds) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
