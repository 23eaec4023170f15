"""CUDA graphs: a frame is one launch, in half precision."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch

from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.torch_backend import move_to, to_outputs
from centernet_ros.inference.decoding.decoded import DecodedBatch, list_tensors, map_tensors

WARM_UP_RUNS = 3
# Each keeps its buffers on the device, and those of the network's maps.
MAX_RECORDINGS = 4


class CudaGraphBackend:
    """Records the module once for each shape of input and replays it for each batch.

    Of the shapes the MAX_RECORDINGS used last are kept.
    """

    def __init__(self, module: EndToEnd, device: str) -> None:
        self.device = torch.device(device)
        if self.device.type != "cuda":
            raise ValueError(f"backend 'cuda_graph' on {device}, expected a CUDA device")
        module.model.half()
        self.module = move_to(module, self.device)
        self._recordings: OrderedDict[tuple[int, ...], _Recording] = OrderedDict()

    @torch.inference_mode()
    def __call__(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """See `Backend`."""
        with torch.cuda.device(self.device):
            if pixels.shape not in self._recordings:
                if len(self._recordings) == MAX_RECORDINGS:
                    self._recordings.popitem(last=False)
                self._recordings[pixels.shape] = _Recording(self.module, pixels.shape, self.device)
            self._recordings.move_to_end(pixels.shape)
            return to_outputs(self._recordings[pixels.shape].replay(pixels))


class _Recording:
    """Buffers on both sides that stay in place, and the graph between them."""

    def __init__(self, module: EndToEnd, shape: tuple[int, ...], device: torch.device) -> None:
        self._host = torch.empty(shape, dtype=torch.uint8, pin_memory=True)
        self._pixels = torch.zeros(shape, dtype=torch.uint8, device=device)
        self._stream = torch.cuda.Stream(device)
        # The buffers above and the weights are filled on the current stream.
        self._stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(self._stream):
            for _ in range(WARM_UP_RUNS):  # libraries choose their kernels before recording
                module(self._pixels)
        self._stream.synchronize()
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, stream=self._stream):
            self._found: DecodedBatch = module(self._pixels)
        self._results = map_tensors(
            lambda values: torch.empty(values.shape, dtype=values.dtype, pin_memory=True),
            self._found,
        )

    def replay(self, pixels: np.ndarray) -> DecodedBatch:
        """The outputs for a batch; the only wait is for the last of them."""
        self._host.copy_(torch.from_numpy(pixels))
        with torch.cuda.stream(self._stream):
            self._pixels.copy_(self._host, non_blocking=True)
            self._graph.replay()
            for result, values in zip(list_tensors(self._results), list_tensors(self._found)):
                result.copy_(values, non_blocking=True)
        self._stream.synchronize()
        return map_tensors(torch.clone, self._results)
