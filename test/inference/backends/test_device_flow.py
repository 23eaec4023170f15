"""What happens on a device, watched on the "meta" device: types, and no waiting for values."""

import pytest
import torch
from published_architectures import DISTINCT
from random_networks import HEADS
from torch.utils._python_dispatch import TorchDispatchMode

from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.decoding.decoded import list_tensors
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import InputSpec, ModelSpec, create_model

# Operators that wait for a value of the device, or give tensors of a size that depends on values.
WAITING = ("_local_scalar_dense", "nonzero", "masked_select", "item", "unique")


class Watcher(TorchDispatchMode):
    """Notes tensors of other devices, and operators that a recorded graph could not repeat."""

    def __init__(self):
        super().__init__()
        self.faults = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__
        if name in WAITING:
            self.faults.add(f"{name} waits")
        for tensor in torch.utils._pytree.tree_leaves((args, kwargs, result)):
            # Numbers are tensors without dimensions.
            if isinstance(tensor, torch.Tensor) and tensor.ndim and tensor.device.type != "meta":
                self.faults.add(f"{name} has a tensor on {tensor.device}")
            if isinstance(tensor, torch.Tensor) and tensor.dtype == torch.float64:
                self.faults.add(f"{name} has float64")
        return result


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize(
    ("task", "flip"),
    [
        ("ctdet", False),
        ("ctdet", True),
        ("multi_pose", False),
        ("multi_pose", True),
        ("ddd", False),
    ],
)
@pytest.mark.parametrize("arch", DISTINCT)
def test_nothing_leaves_the_device(arch, task, flip, half):
    heads = dict(HEADS[task])
    names = tuple(map(str, range(heads["hm"])))
    if "hps" in heads:
        heads |= {"hps": 34, "hm_hp": 17}
    with torch.device("meta"):
        model = create_model(ModelSpec(arch, heads, names, InputSpec((128, 128)))).eval()
        module = EndToEnd(model, DecodingOptions(10, flip))
        if half:
            module.model.half()
        pixels = torch.zeros(2, 128, 128, 3, dtype=torch.uint8)
    module = module.to("meta")
    with Watcher() as watcher, torch.inference_mode():
        found = module(pixels)
    assert not watcher.faults
    values = list_tensors(found)
    assert {tensor.dtype for tensor in values} <= {torch.float32, torch.int64}
    assert {tensor.device.type for tensor in values} == {"meta"}
