import json

import numpy as np
import pytest

from centernet_ros.weights.tfjs import read_tfjs_weights


@pytest.fixture
def model(tmp_path):
    entries = [
        {"name": "a", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
        {"name": "b", "shape": [], "dtype": "int32"},
    ]
    manifest = {"weightsManifest": [{"paths": ["x1", "x2"], "weights": entries}]}
    (tmp_path / "m.json").write_text(json.dumps(manifest))
    data = np.array([0.5, -2], np.float16).tobytes() + np.array(7, np.int32).tobytes()
    (tmp_path / "x1").write_bytes(data[:3])
    (tmp_path / "x2").write_bytes(data[3:])
    return tmp_path / "m.json"


def test_reads_values_across_shards(model):
    weights = read_tfjs_weights(model)
    np.testing.assert_array_equal(weights["a"], np.array([0.5, -2], np.float32))
    assert weights["a"].dtype == np.float32
    assert weights["b"] == 7


@pytest.mark.parametrize(("data", "message"), [(b"", "end before"), (b"1234567", "expected")])
def test_refuses_shards_of_another_length(model, data, message):
    (model.parent / "x2").write_bytes(data)
    with pytest.raises(ValueError, match=message):
        read_tfjs_weights(model)
