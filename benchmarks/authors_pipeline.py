"""The authors' way from an image to objects, which speeds are compared to.

It does what the authors' detectors do (src/lib/detectors, models/decode.py and
utils/post_process.py): it normalizes in float64 on the CPU, runs the network as it was trained,
decodes over all classes of each pixel, and rescales centres to the image one after the other. It
shares no code with the product except the layers of the network. Deformable convolutions sample
tap by tap.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.authors_pose import move_joints, suppress
from centernet_ros.models import CenterNet
from centernet_ros.models.deform_conv import ModulatedDeformConv

MAX_DETECTIONS = 100


class PlainDeformConv(ModulatedDeformConv):
    """A deformable convolution with the weights of another, one tap at a time."""

    def __init__(self, layer: ModulatedDeformConv) -> None:
        super().__init__(layer.in_channels, layer.out_channels)
        self.load_state_dict(layer.state_dict())

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, H, W) to (B, out_channels, H, W)."""
        assert self.bias is not None  # `ModulatedDeformConv` always has one.
        height, width = x.shape[2:]
        offset, mask = self.conv_offset_mask(x).split((18, 9), 1)
        rows, columns = torch.meshgrid(
            torch.arange(height, dtype=x.dtype), torch.arange(width, dtype=x.dtype), indexing="ij"
        )
        total = self.bias.view(1, -1, 1, 1)
        for tap in range(9):
            ys = rows + tap // 3 - 1 + offset[:, 2 * tap]
            xs = columns + tap % 3 - 1 + offset[:, 2 * tap + 1]
            grid = torch.stack((2 * xs / (width - 1) - 1, 2 * ys / (height - 1) - 1), -1)
            sampled = F.grid_sample(x, grid, align_corners=True)
            sampled = sampled * mask[:, tap : tap + 1].sigmoid()
            total = total + F.conv2d(sampled, self.weight[:, :, tap // 3, tap % 3, None, None])
        return total


class AuthorsPipeline:
    """Runs a network as the authors do.

    Args:
        model: a network of one task, whose batch norms are not folded into convolutions.
        now: the clock in seconds.
    """

    def __init__(self, model: CenterNet, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self.spec = model.spec
        self.model = copy.deepcopy(model).eval()
        for parent in list(self.model.modules()):
            for name, layer in parent.named_children():
                if type(layer) is ModulatedDeformConv:
                    setattr(parent, name, PlainDeformConv(layer))

    @torch.no_grad()
    def __call__(self, pixels: np.ndarray) -> dict[str, float]:
        """Return the seconds of each stage for an (H, W, 3) uint8 image."""
        times = [self._now()]
        batch, matrix = self.preprocess(pixels)
        times.append(self._now())
        maps = self.model(batch)
        times.append(self._now())
        rows = self.decode(maps).numpy()[0]
        times.append(self._now())
        self.postprocess(rows, matrix)
        times.append(self._now())
        return dict(zip(("preprocess", "network", "decode", "rescale"), np.diff(times).tolist()))

    def preprocess(self, pixels: np.ndarray) -> tuple[Tensor, np.ndarray]:
        """Return a (1, 3, h, w) batch and the (2, 3) matrix from the input to the image."""
        (rows, columns), (height, width) = self.spec.input.size, pixels.shape[:2]
        scale = columns / max(height, width)
        matrix = np.array(
            [
                [scale, 0, columns / 2 - scale * width / 2],
                [0, scale, rows / 2 - scale * height / 2],
            ]
        )
        warped = cv2.warpAffine(pixels, matrix, (columns, rows), flags=cv2.INTER_LINEAR)
        mean, std = np.array(self.spec.input.mean), np.array(self.spec.input.std)
        scaled = ((warped / 255.0 - mean) / std).astype(np.float32)
        batch = scaled.transpose(2, 0, 1).reshape(1, 3, rows, columns)
        return torch.from_numpy(batch), cv2.invertAffineTransform(matrix)

    def decode(self, maps: dict[str, Tensor]) -> Tensor:
        """Return (1, 100, ...) rows: x y in the output map, other heads, score, class."""
        heatmap = suppress(maps["hm"].sigmoid_())
        if "dep" in maps:
            maps["dep"] = 1 / (maps["dep"].sigmoid() + 1e-6) - 1
        _, classes, _, width = heatmap.shape
        scores, places = heatmap.view(1, classes, -1).topk(MAX_DETECTIONS)
        score, best = scores.view(1, -1).topk(MAX_DETECTIONS)
        place = places.view(1, -1).gather(1, best)
        centre = torch.stack((place % width, place // width), 2).float()
        values = {}
        for name, head in maps.items():
            if name not in ("hm", "hm_hp", "hp_offset"):
                rows = head.permute(0, 2, 3, 1).contiguous().view(1, -1, head.shape[1])
                values[name] = rows.gather(1, place.unsqueeze(2).expand(-1, -1, rows.shape[2]))
        if "hps" in maps:
            values["hps"] = values["hps"] + centre.repeat(1, 1, values["hps"].shape[2] // 2)
        if "hm_hp" in maps:
            middle, half = centre + values["reg"], values["wh"] / 2
            boxes = torch.cat((middle - half, middle + half), 2)
            values["hps"] = move_joints(values["hps"], boxes, maps)
        label = best // MAX_DETECTIONS
        columns = (centre, *values.values(), score.unsqueeze(2), label.unsqueeze(2))
        return torch.cat([column.float() for column in columns], 2)

    def postprocess(self, rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        """Rescale the centres from the output map to the image, one by one."""
        for row in rows:
            row[:2] = matrix @ np.array([4 * row[0], 4 * row[1], 1.0])
        return rows
