"""The authors' way from an image to objects, written plainly: what speeds are compared to.

As their detectors do it (src/lib/detectors, models/decode.py, utils/post_process.py):
normalization in float64 on the CPU, the network as trained, decoding over all classes of each
pixel, and centres moved into the image one after the other. Shares no code with the product but
the network's layers; deformable convolutions sample tap by tap.
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

COUNT = 100


class PlainDeformConv(ModulatedDeformConv):
    """Deformable convolution by nine calls of `grid_sample`."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, out_channels, H, W)."""
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
    """A network run as the authors run it.

    Args:
        model: of one task, its batch norms still there.
        now: the clock, in seconds.
    """

    def __init__(self, model: CenterNet, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self.spec = model.spec
        self.model = copy.deepcopy(model).eval()
        for layer in self.model.modules():
            if type(layer) is ModulatedDeformConv:
                layer.__class__ = PlainDeformConv

    @torch.no_grad()
    def __call__(self, pixels: np.ndarray) -> dict[str, float]:
        """Seconds of each stage for a (H, W, 3) uint8 image."""
        times = [self._now()]
        batch, matrix = self.preprocess(pixels)
        times.append(self._now())
        maps = self.model(batch)
        times.append(self._now())
        rows = self.decode(maps).numpy()[0]
        times.append(self._now())
        self.postprocess(rows, matrix)
        times.append(self._now())
        return dict(zip(("pre", "network", "decode", "rescale"), np.diff(times).tolist()))

    def preprocess(self, pixels: np.ndarray) -> tuple[Tensor, np.ndarray]:
        """The batch of one, and the matrix from input to image."""
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
        """(1, 100, ...) rows of x y in the output map, the other heads' values, score, class."""
        heatmap = suppress(maps["hm"].sigmoid_())
        if "dep" in maps:
            maps["dep"] = 1 / (maps["dep"].sigmoid() + 1e-6) - 1
        _, classes, _, width = heatmap.shape
        scores, places = heatmap.view(1, classes, -1).topk(COUNT)
        score, best = scores.view(1, -1).topk(COUNT)
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
        columns = (centre, *values.values(), score.unsqueeze(2), (best // COUNT).unsqueeze(2))
        return torch.cat([column.float() for column in columns], 2)

    def postprocess(self, rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        """Points of the output map to the image, one by one."""
        for row in rows:
            row[:2] = matrix @ np.array([4 * row[0], 4 * row[1], 1.0])
        return rows
