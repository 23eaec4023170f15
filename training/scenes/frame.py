"""Makes and writes frames of a data set in KITTI's layout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from centernet_ros.io.images import write_image
from centernet_ros.io.kitti_format import KittiLabels
from training.scenes.annotate import format_labels, format_tracks
from training.scenes.camera_response import apply_camera_response
from training.scenes.layouts import draw_layout_world
from training.scenes.scene_camera import SceneCamera
from training.scenes.view import render
from training.scenes.world import CameraRig, World, draw_world


@dataclass(frozen=True)
class Frame:
    """A rendered frame.

    Attributes:
        image: (H, W, 3) uint8 BGR.
        labels: the text of the label file.
        camera: that sees it.
        tracks: the lines of the frame in the label file of the drive.
    """

    image: np.ndarray
    labels: str
    camera: SceneCamera
    tracks: str


def make_frame(
    rig: CameraRig,
    seed: int,
    number: int,
    supersampling: int = 2,
    layout: KittiLabels | None = None,
) -> Frame:
    """Make one frame. The same arguments give the same frame.

    Args:
        rig: the cameras of the data set.
        seed: seed of the data set.
        number: number of the frame.
        supersampling: how many rays are traced along each side of a pixel.
        layout: labels that say where the traffic stands; None places it randomly.
    """
    rng = np.random.default_rng((seed, number))
    if layout is None:
        return render_frame(draw_world(rig, seed, rng), rng, supersampling)
    return render_frame(draw_layout_world(rig, layout, seed, rng), rng, supersampling)


def render_frame(
    world: World,
    rng: np.random.Generator,
    supersampling: int = 2,
    time: float = 0.0,
    number: int = 0,
) -> Frame:
    """Render a world after `time` seconds, as a drive's frame of some number."""
    camera = world.camera
    fine = camera.supersample(supersampling)
    view = render(world.scene, fine, world.weather, world.ground, time)
    image = apply_camera_response(view.light, camera.size, rng)
    return Frame(
        image,
        format_labels(view, camera, supersampling),
        camera,
        format_tracks(view, camera, number, supersampling),
    )


def write_frame(root: Path, name: str, frame: Frame) -> None:
    """Write the three files of a frame into the folders `FOLDERS` of `root`, which must exist."""
    # Level 1 is fast to write and to read, which matters more than the size of the files.
    options = (cv2.IMWRITE_PNG_COMPRESSION, 1)
    write_image(root / "image_2" / f"{name}.png", frame.image, options)
    (root / "label_2" / f"{name}.txt").write_text(frame.labels)
    (root / "calib" / f"{name}.txt").write_text(format_calibration(frame.camera))


def format_calibration(camera: SceneCamera) -> str:
    """Return the text of a calibration file of KITTI's in which all four cameras are this one."""
    values = " ".join(f"{value:.12e}" for value in camera.projection.ravel())
    identity = " ".join(f"{value:.12e}" for value in np.eye(3).ravel())
    motion = " ".join(f"{value:.12e}" for value in np.eye(4)[:3].ravel())
    lines = [f"P{i}: {values}" for i in range(4)]
    lines += [f"R0_rect: {identity}", f"Tr_velo_to_cam: {motion}", f"Tr_imu_to_velo: {motion}"]
    return "\n".join(lines) + "\n"
