import pytest
import torch

from training.engine.precision import choose_precision


@pytest.mark.parametrize(
    ("capability", "device", "wanted", "expected"),
    [
        ("AVX2", "cpu", "bf16-mixed", "32-true"),
        ("DEFAULT", "cpu", "bf16-true", "32-true"),
        ("AVX512", "cpu", "bf16-mixed", "bf16-mixed"),
        ("AVX2", "cuda", "bf16-mixed", "bf16-mixed"),
        ("AVX2", "cpu", "64-true", "64-true"),
    ],
)
def test_bfloat16_is_left_out_where_it_is_emulated(
    capability, device, wanted, expected, monkeypatch
):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert choose_precision(wanted, torch.device(device)) == expected
