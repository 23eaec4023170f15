import copy
from dataclasses import replace

import torch

from centernet_ros.inference.backends import engine_cache, onnx_file
from centernet_ros.inference.backends.engine_cache import find_engine, hash_content
from centernet_ros.inference.options import DecodingOptions

TEN = DecodingOptions(10)


def test_exported_once(joint_model, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    written = []

    def write(model, path, *options):
        written.append(options)
        path.write_bytes(b"engine")

    monkeypatch.setattr(onnx_file, "write_onnx", write)
    path = find_engine(joint_model, (64, 96), TEN)
    assert path.is_relative_to(tmp_path)
    assert find_engine(joint_model, (64, 96), TEN) == path
    assert find_engine(joint_model, (96, 64), TEN) != path
    assert written == [((64, 96), TEN), ((96, 64), TEN)]


def test_any_change_counts(joint_model, monkeypatch):
    expected = hash_content(joint_model, 10)
    assert hash_content(copy.deepcopy(joint_model), 10) == expected
    assert hash_content(joint_model, 11) != expected
    changed = copy.deepcopy(joint_model)
    changed.spec = replace(changed.spec, origin="elsewhere")
    assert hash_content(changed, 10) != expected
    changed = copy.deepcopy(joint_model)
    with torch.no_grad():
        changed.convs[0][0].weight[0, 0, 0, 0] += 1e-3
    assert hash_content(changed, 10) != expected
    monkeypatch.setattr(engine_cache, "version", lambda name: "another")
    assert hash_content(joint_model, 10) != expected
