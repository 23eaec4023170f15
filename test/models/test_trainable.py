"""What learns gets a gradient, for which training on several processes waits."""

import pytest
import torch
from published_architectures import PUBLISHED

from centernet_ros.models import InputSpec, ModelSpec, create_model

SIZE = 128


@pytest.mark.parametrize("arch", PUBLISHED)
def test_every_trainable_parameter_gets_a_gradient(arch):
    spec = ModelSpec(arch, {"hm": 2, "wh": 2, "reg": 2}, ("a", "b"), InputSpec((SIZE, SIZE)))
    model = create_model(spec).train()
    maps = model.forward_stacks(torch.rand(2, 3, SIZE, SIZE))
    torch.stack([values.sum() for stack in maps for values in stack.values()]).sum().backward()
    without = [n for n, p in model.named_parameters() if p.requires_grad and p.grad is None]
    assert without == []
