"""Targets of pose estimation (paper section 4)."""

from __future__ import annotations

import numpy as np

from training.targets.boxes import Size, find_centre
from training.targets.gaussian import IGNORED, draw_dense, draw_gaussian

MAX_PERSONS = 32


def encode_multi_pose(
    boxes: np.ndarray,
    keypoints: np.ndarray,
    visible: np.ndarray,
    size: Size,
    *,
    dense: bool = False,
    corrected_radius: bool = False,
    turned: bool = False,
    max_objects: int = MAX_PERSONS,
) -> dict[str, np.ndarray]:
    """Targets of one image; person k has slot k, which stays empty if the box is.

    A person without any labelled joint is a positive of the heat map, but trains nothing else.

    Args:
        boxes: (N, 4) float32 on the output map, from `boxes_to_map`.
        keypoints: (N, J, 2) x y on the output map, not clipped.
        visible: (N, J) bool, which joints are labelled.
        size: height and width of the output map.
        dense: joints at every pixel (the authors' dense_hp).
        corrected_radius: Gaussians of the intended radius rather than the authors'.
        turned: the image was turned, so that the boxes hold no more; it trains the joints' heat
            maps and offsets alone.
        max_objects: slots; persons beyond are left out.

    Returns:
        "hm" (1, H, W), "ind", "reg_mask", "reg" and "wh" as in `encode_ctdet`; "hps" (K, 2 J) from
        the centre's pixel and "hps_mask"; "hm_hp" (J, H, W), and with a slot per person and joint
        "hp_ind", "hp_mask" (K J,) and "hp_offset" (K J, 2). Instead of "hps", "dense_hps" and
        "dense_hps_mask" (2 J, H, W).
    """
    rows, columns = size
    joints = keypoints.shape[1]
    targets: dict[str, np.ndarray] = {
        "hm": np.zeros((1, rows, columns), np.float32),
        "ind": np.zeros(max_objects, np.int64),
        "reg_mask": np.zeros(max_objects, np.uint8),
        "reg": np.zeros((max_objects, 2), np.float32),
        "wh": np.zeros((max_objects, 2), np.float32),
        "hps": np.zeros((max_objects, joints, 2), np.float32),
        "hps_mask": np.zeros((max_objects, joints, 2), np.uint8),
        "hm_hp": np.zeros((joints, rows, columns), np.float32),
        "hp_ind": np.zeros((max_objects, joints), np.int64),
        "hp_mask": np.zeros((max_objects, joints), np.int64),
        "hp_offset": np.zeros((max_objects, joints, 2), np.float32),
    }
    dense_joints = np.zeros((joints, 2, rows, columns), np.float32)
    dense_mask = np.zeros((joints, rows, columns), np.float32)
    inside = visible & (keypoints >= 0).all(-1) & (keypoints < (columns, rows)).all(-1)
    for slot, box in enumerate(boxes[:max_objects]):
        centre = find_centre(box, columns, empty=turned)
        if centre is None:
            continue
        radius = centre.find_radius(corrected=corrected_radius)
        targets["ind"][slot] = centre.place
        targets["reg_mask"][slot] = visible[slot].any()
        targets["reg"][slot] = centre.offset
        targets["wh"][slot] = centre.size
        for joint in np.flatnonzero(inside[slot]):
            place = keypoints[slot, joint].astype(np.float32)
            pixel = place.astype(np.int32)
            x, y = pixel.tolist()
            targets["hps"][slot, joint] = place - centre.pixel
            targets["hps_mask"][slot, joint] = 1
            targets["hp_offset"][slot, joint] = place - pixel
            targets["hp_ind"][slot, joint] = y * columns + x
            targets["hp_mask"][slot, joint] = 1
            draw_gaussian(targets["hm_hp"][joint], (x, y), radius)
            if dense:
                shift = targets["hps"][slot, joint]
                draw_dense(
                    dense_joints[joint], targets["hm"][0], centre.pixel, shift, radius, True
                )
                draw_gaussian(dense_mask[joint], centre.pixel, radius)
        draw_gaussian(targets["hm"][0], centre.pixel, radius)
    if turned:
        targets["hm"][:] = IGNORED
        targets["reg_mask"][:] = targets["hps_mask"][:] = dense_mask[:] = 0
    for name in ("hps", "hps_mask"):
        targets[name] = targets[name].reshape(max_objects, -1)
    for name in ("hp_ind", "hp_mask", "hp_offset"):
        targets[name] = targets[name].reshape(max_objects * joints, *targets[name].shape[2:])
    if dense:
        del targets["hps"], targets["hps_mask"]
        targets["dense_hps"] = dense_joints.reshape(-1, rows, columns)
        targets["dense_hps_mask"] = np.repeat(dense_mask, 2, 0)
    return targets
