import numpy as np
import pytest
import torch

from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.exported import read_exported
from centernet_ros.inference.backends.named_outputs import NamedOutputs, name_outputs
from centernet_ros.inference.backends.onnx_file import write_onnx
from centernet_ros.inference.backends.onnxruntime_backend import DEFORM_CONV_SINCE
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import CheckpointError

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")


def compare(path, model, pixels, options, tolerance=1e-3):
    """Exported against in-process, of the objects that have a score at all."""
    session = onnxruntime.InferenceSession(path)
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(None, {"pixels": pixels})))
    with torch.inference_mode():
        expected = NamedOutputs(EndToEnd(model, options))(torch.from_numpy(pixels))
    assert list(found) == list(expected) == name_outputs(model.spec)
    assert np.allclose(found.pop("sum"), expected["sum"], rtol=tolerance / 10)
    for name, values in found.items():
        task, _ = name.split("/")
        sure = expected[f"{task}/scores"].numpy() > 0
        assert sure.sum(1).min() > 3
        assert values.shape == expected[name].shape, name
        difference = np.abs(values - expected[name].numpy())[sure].max()
        print(f"{name}: {difference:.1e}")
        assert difference < tolerance, name


def test_exported_equals_in_process(joint_model, joint_onnx, pixels):
    """All tasks, with deformable convolutions."""
    pytest.importorskip("onnxruntime", DEFORM_CONV_SINCE)
    compare(joint_onnx, joint_model, pixels, DecodingOptions(10))
    exported = read_exported(joint_onnx)
    assert exported.spec == joint_model.spec
    assert exported.divisor == 32
    assert exported.decoding == DecodingOptions(10, flip=False)


def test_half_precision_finds_the_same(joint_model, pixels, tmp_path):
    """The network alone is in float16, whose steps would be seen in boxes."""
    pytest.importorskip("onnxruntime", DEFORM_CONV_SINCE)
    options, path = DecodingOptions(10), tmp_path / "model.onnx"
    write_onnx(joint_model, path, options=options, half=True)
    compare(path, joint_model, pixels, options, 0.1)


def test_weighted_pose_decoder(build, pixels, tmp_path):
    model = build("tiny", "multi_pose", rule="weighted")
    options = DecodingOptions(5)
    write_onnx(model, tmp_path / "model.onnx", options=options)
    for batch in (pixels, pixels[:1]):
        compare(tmp_path / "model.onnx", model, batch, options)


def test_size_that_does_not_fit(build, tmp_path):
    with pytest.raises(ValueError, match="multiples of 32"):
        write_onnx(build("tiny", "ctdet"), tmp_path / "model.onnx", (60, 96))
    assert not list(tmp_path.iterdir())


def test_files_that_are_no_export(tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(CheckpointError, match="No such file"):
        read_exported(path)
    path.write_bytes(b"something else")
    with pytest.raises(CheckpointError, match="centernet_export"):
        read_exported(path)
