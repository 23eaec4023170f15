"""The replayed images as a video, with what was published for them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from centernet_ros.conversions.image_topics import ImageTopic
from centernet_ros.io.video_writer import VideoFile
from centernet_ros.nodes.source.playback import DEFAULT_RATE
from centernet_ros.replay.bag_images import find_rate, read_images
from centernet_ros.replay.draw_published import draw_found
from centernet_ros.replay.outcome import Evaluation


def write_annotated_video(evaluation: Evaluation, images: ImageTopic, file: Path) -> None:
    """Write every image, at the rate of its recording, with everything found that is sure.

    Args:
        images: what was replayed, in the order of the recorded frames.

    Raises:
        BagError, ImageError: an image cannot be read.
        ValueError: images are not recorded, so that their order is unknown.
        VideoError: the video cannot be written.
    """
    recording = evaluation.recording
    count, published = len(recording.frames), evaluation.frames["published"]
    if count != published:
        raise ValueError(
            f"{file}: no video, as {count} of {published} images were recorded, expected all"
        )
    with closing(VideoFile(file, find_rate(images) or DEFAULT_RATE)) as video:
        frames = read_images(images, range(count))
        for i, image in tqdm(frames, desc="video", unit=" frames", total=count):
            video.write(draw_found(recording, recording.frames[i], image))
