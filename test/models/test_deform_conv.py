import pytest
import torch
import torch.nn.functional as F

from centernet_ros.inference.backends.onnxruntime_backend import DEFORM_CONV_SINCE
from centernet_ros.models.deform_conv import ModulatedDeformConv, deform_conv


def sample_each_tap(x, offset, mask, weight, bias):
    """The definition, tap by tap, with grid_sample's bilinear interpolation."""
    height, width = x.shape[2:]
    rows, columns = torch.meshgrid(
        torch.arange(height, dtype=x.dtype), torch.arange(width, dtype=x.dtype), indexing="ij"
    )
    total = bias.view(1, -1, 1, 1)
    for tap in range(9):
        y = rows + tap // 3 - 1 + offset[:, 2 * tap]
        x_ = columns + tap % 3 - 1 + offset[:, 2 * tap + 1]
        grid = torch.stack((2 * x_ / (width - 1) - 1, 2 * y / (height - 1) - 1), -1)
        sampled = F.grid_sample(x, grid, align_corners=True) * mask[:, tap : tap + 1]
        taps = weight[:, :, tap // 3, tap % 3]
        total = total + torch.einsum("dc,bchw->bdhw", taps, sampled)
    return total


def random_arguments(spread, batch=2, channels=5, out=4, height=7, width=9):
    generator = torch.Generator().manual_seed(3)

    def normal(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    return [
        normal(batch, channels, height, width),
        spread * normal(batch, 18, height, width),
        normal(batch, 9, height, width).sigmoid(),
        normal(out, channels, 3, 3),
        normal(out),
    ]


@pytest.mark.parametrize("spread", [0.001, 0.7, 3.0, 20.0])
def test_equals_the_definition(spread):
    arguments = random_arguments(spread)
    expected = sample_each_tap(*arguments)
    assert (deform_conv(*arguments) - expected).abs().max() < 1e-12
    single = deform_conv(*(argument.float() for argument in arguments))
    assert (single - expected).abs().max() < 1e-5


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_finds_its_places_in_a_wide_image(dtype):
    """At column 1279 bfloat16 has steps of 8 pixels, and half precision of one."""
    exact = random_arguments(2.0, 1, 3, 4, 3, 1280)
    halved = [argument.to(dtype) for argument in exact]
    # The same numbers, so that only the arithmetic differs.
    expected = sample_each_tap(*(argument.double() for argument in halved))
    found = deform_conv(*halved)
    assert found.dtype == dtype
    error = (found.double() - expected).abs()
    assert error.mean() < 4 * torch.finfo(dtype).eps * expected.abs().mean()
    # As exact on the right as on the left.
    assert error[..., -64:].mean() < 2 * error[..., :64].mean()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_trains_under_autocast(dtype):
    layer = ModulatedDeformConv(3, 4)
    torch.nn.init.normal_(layer.conv_offset_mask.weight, std=0.5)
    x = torch.randn(1, 3, 4, 1280, requires_grad=True)
    with torch.autocast("cpu", dtype):
        found = layer(x)
    found.float().square().mean().backward()
    gradients = [p.grad for p in layer.parameters()] + [x.grad]
    assert all(gradient.isfinite().all() for gradient in gradients)
    assert (found.float() - layer(x)).abs().mean() < 0.05 * layer(x).abs().mean()


def test_gradients():
    arguments = [a.requires_grad_() for a in random_arguments(0.7, 1, 2, 3, 4, 5)]
    assert torch.autograd.gradcheck(deform_conv, arguments)


def test_whole_pixel_offsets_on_the_border():
    x, offset, mask, weight, bias = random_arguments(0.0)
    offset[:, 0::2], mask[:] = 2.0, 1.0
    shifted = F.pad(x, (0, 0, 0, 2))[:, :, 2:]
    # The tap above the first row reads the image, where the shifted copy has its padding.
    expected = F.conv2d(shifted, weight, bias, padding=1)[:, :, 1:]
    assert (deform_conv(x, offset, mask, weight, bias)[:, :, 1:] - expected).abs().max() < 1e-12


def test_new_layer_is_half_a_convolution():
    layer = ModulatedDeformConv(6, 4)
    x = torch.randn(2, 6, 5, 8)
    expected = 0.5 * F.conv2d(x, layer.weight, padding=1)
    assert (layer(x) - expected).abs().max() < 1e-6


def test_exports():
    layer = ModulatedDeformConv(6, 4).eval()
    torch.nn.init.normal_(layer.conv_offset_mask.weight, std=0.3)
    x = torch.randn(2, 6, 5, 8)
    program = torch.export.export(layer, (x,))
    assert torch.equal(program.module()(x), layer(x))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_equal_on_cuda():
    layer = ModulatedDeformConv(6, 4)
    torch.nn.init.normal_(layer.conv_offset_mask.weight, std=0.3)
    x = torch.randn(2, 6, 5, 8)
    expected = layer(x)
    assert (layer.cuda()(x.cuda()).cpu() - expected).abs().max() < 1e-5


def test_exports_to_onnx(tmp_path):
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime", DEFORM_CONV_SINCE)
    layer = ModulatedDeformConv(6, 4).eval()
    torch.nn.init.normal_(layer.conv_offset_mask.weight, std=0.3)
    x = torch.randn(2, 6, 5, 8)
    program = torch.onnx.export(layer, (x,), dynamo=True, opset_version=19)
    assert "DeformConv" in {node.op_type for node in program.model.graph}
    program.save(tmp_path / "layer.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "layer.onnx")
    (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    assert (torch.from_numpy(found) - layer(x)).abs().max() < 1e-5
