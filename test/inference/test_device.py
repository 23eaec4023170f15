import pytest

from centernet_ros.inference import device
from centernet_ros.inference.device import count_threads, get_device_index, select_device


def test_auto_without_a_driver(monkeypatch):
    monkeypatch.setattr(device, "CUDA_DRIVER", "libnone.so.9")
    assert select_device("auto") == "cpu"


def test_auto_with_a_driver_asks_pytorch(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(device, "CUDA_DRIVER", "libc.so.6")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert select_device("auto") == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert select_device("auto") == "cpu"


def test_index():
    assert (get_device_index("cuda"), get_device_index("cuda:3")) == (0, 3)


@pytest.mark.parametrize("name", ["fast", "cuda:99"])
def test_no_such_device(name):
    with pytest.raises(ValueError, match=f"device '{name}'"):
        select_device(name)


def test_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3,2")
    assert count_threads() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert count_threads() >= 1
