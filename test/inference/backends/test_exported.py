import json

import pytest
from format_1_files import describe, expect

from centernet_ros.inference.backends.exported import read_exported
from centernet_ros.inference.options import DecodingOptions


@pytest.mark.parametrize("mode", ["stretch", "fixed", "width", "pad", "letterbox"])
def test_files_of_format_1(mode, tmp_path):
    onnx = pytest.importorskip("onnx")
    fields = {"spec": describe(mode), "divisor": 32, "count": 20, "flip": True}
    model = onnx.parser.parse_model(
        """<ir_version: 8, opset_import: ["": 17]>
        empty (float[1] x) => (float[1] y) { y = Identity(x) }"""
    )
    described = json.dumps(fields | {"format": "centernet_ros.onnx/1"})
    onnx.helper.set_model_props(model, {"centernet_ros": described})
    onnx.save(model, tmp_path / "model.onnx")
    exported = read_exported(tmp_path / "model.onnx")
    assert exported.spec == expect(mode)
    assert exported.divisor == 32
    assert exported.decoding == DecodingOptions(20, flip=True)
