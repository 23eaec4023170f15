"""Two training steps of every architecture, run by `test_architectures`.

python learn_in_processes.py ROOT PROCESSES RESULT ARCHITECTURE...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, sys.argv[1])

from lightning_fabric import Fabric

from centernet_ros.models import InputSpec, ModelSpec, create_model
from training.engine.batch_norm import calibrate_norms, set_norm_mode
from training.engine.epoch import StackedMaps, train_one_epoch
from training.losses import LossOptions

SIZE = 128
STEPS = 2


def make_examples(count: int) -> list[dict[str, torch.Tensor]]:
    """Examples of one object each, the same in every process."""
    generator = torch.Generator().manual_seed(0)
    side = SIZE // 4
    examples = []
    for i in range(count):
        pixel = side * (5 + i) + 9 + i
        heatmap = torch.zeros(1, 1, side, side)
        heatmap.view(-1)[pixel] = 1
        image = torch.randn(1, 3, SIZE, SIZE, generator=generator)
        examples.append(
            {
                "image": image,
                "hm": heatmap,
                "ind": torch.tensor([[pixel]]),
                "reg_mask": torch.tensor([[1]], dtype=torch.uint8),
                "wh": torch.full((1, 1, 2), 4.0 + i),
                "reg": torch.full((1, 1, 2), 0.5),
            }
        )
    return examples


def learn(fabric: Fabric, arch: str) -> dict[str, object]:
    """The losses and the gradients of some steps of two images each, of all processes."""
    torch.manual_seed(0)
    spec = ModelSpec(arch, {"hm": 1, "wh": 2, "reg": 2}, ("a",), InputSpec((SIZE, SIZE)))
    model = create_model(spec)
    examples = make_examples(2 * STEPS)
    # Without statistics of their own, frozen norms would let the values of deep networks grow.
    calibrate_norms(model.eval(), [example["image"] for example in examples])
    optimizer = torch.optim.SGD(model.parameters(), 1e-6)
    gradients: list[dict[str, float]] = []

    def note_gradients(*_: object) -> None:
        learning = (item for item in model.named_parameters() if item[1].grad is not None)
        gradients.append({name: values.grad.norm().item() for name, values in learning})

    optimizer.register_step_pre_hook(note_gradients)
    wrapped, optimizer = fabric.setup(StackedMaps(model), optimizer)
    set_norm_mode(wrapped, "frozen")
    pairs = [examples[i : i + 2] for i in range(0, len(examples), 2)]
    own = [pair[fabric.global_rank :: fabric.world_size] for pair in pairs]
    batches = [{"ctdet": {k: torch.cat([e[k] for e in pair]) for k in pair[0]}} for pair in own]
    losses: list[float] = []
    train_one_epoch(
        fabric, wrapped, optimizer, batches, {"ctdet": LossOptions()},
        report=lambda values: losses.append(values["loss"]),
    )  # fmt: skip
    left = [name for name, p in model.named_parameters() if p.grad is not None]
    return {"losses": losses, "gradients": gradients, "left": left}


if __name__ == "__main__":
    torch.set_num_threads(1)
    processes = int(sys.argv[2])
    strategy = "ddp" if processes > 1 else "auto"
    fabric = Fabric(accelerator="cpu", strategy=strategy, devices=processes, precision="32-true")
    fabric.launch()
    results = {arch: learn(fabric, arch) for arch in sys.argv[4:]}
    if fabric.is_global_zero:
        Path(sys.argv[3]).write_text(json.dumps(results))
