"""OpenVINO's engines come and go within a process that handles signals."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, signal, sys
from pathlib import Path
import numpy as np
from centernet_ros.inference.backends.openvino_backend import OpenVinoBackend

pixels = np.ones((2, 3, 32, 32), np.float32)
first = OpenVinoBackend(Path(sys.argv[1]), "cpu")
second = OpenVinoBackend(Path(sys.argv[1]), "cpu")
assert first(pixels)["y"].shape == second(pixels)["y"].shape == pixels.shape
del first
del second
received = []
signal.signal(signal.SIGUSR1, lambda *arguments: received.append(arguments))
os.kill(os.getpid(), signal.SIGUSR1)
assert received
"""


def test_signals_are_handled_after_engines_have_gone(tmp_path, monkeypatch):
    """OpenVINO gives the thread a stack for signals and frees it with its last object."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("openvino")
    shape = [None, 3, 32, 32]
    values = [onnx.helper.make_tensor_value_info(name, 1, shape) for name in "xy"]
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "graph", values[:1], values[1:])
    opset = [onnx.helper.make_opsetid("", 18)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=9)
    onnx.save(model, tmp_path / "model.onnx")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    command = [sys.executable, "-c", SCRIPT, tmp_path / "model.onnx"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
