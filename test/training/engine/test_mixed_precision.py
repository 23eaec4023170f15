"""Every architecture learns in half precision what it learns in float32, in wide images too."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest
import torch
from published_architectures import DISTINCT
from torch import nn

from centernet_ros.models import CenterNet, InputSpec, ModelSpec, create_model
from training.engine.batch_norm import calibrate_norms
from training.losses import LossOptions, compute_joint_losses

# Beyond 256 bfloat16 knows no single pixels, and float16 hardly more than halves beyond 1024: the
# positions of deformable convolutions must not be computed in them.
ROWS, COLUMNS = 128, 1280


@pytest.fixture(scope="module", params=DISTINCT)
def model(request: pytest.FixtureRequest) -> CenterNet:
    """A network with initial weights and the statistics of one image."""
    torch.manual_seed(0)
    spec = ModelSpec(
        request.param, {"hm": 1, "wh": 2, "reg": 2}, ("a",), InputSpec((ROWS, COLUMNS))
    )
    network = create_model(spec).eval()
    calibrate_norms(network, [torch.randn(1, 3, ROWS, COLUMNS)])
    return network


@contextmanager
def emulate_float16(model: CenterNet) -> Iterator[None]:
    """Round what every layer gives: processors without float16 take minutes for an image."""

    def round_result(_layer: nn.Module, _inputs: object, result: object) -> object:
        return result.half().to(result.dtype) if isinstance(result, torch.Tensor) else result

    hooks = [layer.register_forward_hook(round_result) for layer in model.modules()]
    yield
    for hook in hooks:
        hook.remove()


def find_gradients(
    model: CenterNet, precision: AbstractContextManager[object]
) -> tuple[float, dict[str, float]]:
    """The loss of one image with one object at its right border, and the gradients' norms."""
    rows, columns = ROWS // 4, COLUMNS // 4
    pixel = rows // 2 * columns + columns - 6
    heatmap = torch.zeros(1, 1, rows, columns)
    heatmap.view(-1)[pixel] = 1
    batch = {
        "hm": heatmap,
        "ind": torch.tensor([[pixel]]),
        "reg_mask": torch.ones(1, 1, dtype=torch.uint8),
        "wh": torch.full((1, 1, 2), 4.0),
        "reg": torch.full((1, 1, 2), 0.5),
    }
    image = torch.randn(1, 3, ROWS, COLUMNS, generator=torch.Generator().manual_seed(1))
    model.zero_grad()
    with precision:
        maps = model.forward_stacks(image)
    batches, options = {"ctdet": {"image": image, **batch}}, {"ctdet": LossOptions()}
    loss = compute_joint_losses(maps, batches, model.spec, options)["loss"]
    loss.backward()
    learning = (item for item in model.named_parameters() if item[1].grad is not None)
    return loss.item(), {name: values.grad.norm().item() for name, values in learning}


def test_half_precision_learns_what_float32_does(model: CenterNet) -> None:
    """The same loss, and gradients of the same size."""
    loss, expected = find_gradients(model, nullcontext())
    for precision in (torch.autocast("cpu", torch.bfloat16), emulate_float16(model)):
        half_loss, gradients = find_gradients(model, precision)
        assert half_loss == pytest.approx(loss, rel=0.05)
        floor = 0.01 * max(expected.values())
        assert gradients == pytest.approx(expected, rel=0.1, abs=floor)
