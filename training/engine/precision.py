"""Which of torch's number formats a processor can train in."""

from __future__ import annotations

import torch

from training.engine.settings import Precision


def choose_precision(wanted: Precision, device: torch.device) -> Precision:
    """The precision asked for, or float32 for bfloat16 on a processor without convolutions for it.

    oneDNN's need AVX-512; without them PyTorch's own take some 13 times as long as in float32.

    Args:
        wanted: of Lightning Fabric.
        device: to train on.
    """
    capable = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    if wanted.startswith("bf16") and device.type == "cpu" and not capable:
        return "32-true"
    return wanted
