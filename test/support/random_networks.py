"""Random networks that give objects."""

import tiny_network
import torch

from centernet_ros.models import ARCHITECTURES, InputSpec, ModelSpec, create_model
from centernet_ros.models.deform_conv import ModulatedDeformConv
from centernet_ros.models.joint import join_specs


class TinyDeformNet(tiny_network.TinyNet):
    """With a deformable convolution."""

    def __init__(self, spec):
        super().__init__(spec)
        self.convs.append(ModulatedDeformConv(32, 32))


ARCHITECTURES["tiny_deform"] = TinyDeformNet

HEADS = {
    "ctdet": {"hm": 5, "wh": 2, "reg": 2},
    "ddd": {
        "hm": 3,
        "dep": 1,
        "rot": 8,
        "dim": 3,
        "wh": 2,
        "reg": 2,
        "amodal_offset": 2,
        "dep_uncertainty": 1,
    },
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
}
SIZE = (64, 96)


def build_network(arch, *tasks, rule="nearest"):
    """A random network whose maps have peaks of their own."""
    torch.manual_seed(0)
    specs = [
        ModelSpec(
            arch,
            HEADS[task],
            tuple(map(str, range(HEADS[task]["hm"]))),
            InputSpec(SIZE),
            pose_decoder=rule,
        )
        for task in tasks
    ]
    model = create_model(join_specs(specs) if len(specs) > 1 else specs[0]).eval()
    for name, layer in model.named_modules():
        if name.endswith("conv_offset_mask"):
            torch.nn.init.normal_(layer.weight, std=0.05)
        is_last = isinstance(layer, torch.nn.Conv2d) and layer.bias is not None
        if is_last and layer.kernel_size == (1, 1):
            torch.nn.init.normal_(layer.weight, std=0.1)
            torch.nn.init.constant_(layer.bias, 6.0 if "wh" in name else 0.0)
    return model
