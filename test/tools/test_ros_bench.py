import pytest

from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model
from centernet_ros.tools.ros_bench import plot_latency, run_loads


def test_peak_of_two_cameras(domain, tmp_path):
    heads = {"hm": 2, "wh": 2, "reg": 2}
    spec = ModelSpec("mobilenetv3", heads, ("a", "b"), InputSpec((64, 64)))
    save_model(create_model(spec), tmp_path / "model.pt")
    (row,) = run_loads(str(tmp_path / "model.pt"), "torch", ["160x120"], [0.0], [2], 1.0)
    assert row["rate"] == "peak"
    assert row["mean frame rate"] > 0
    assert row["CPU"] > 0
    assert 0 < row["median latency"] <= row["p99 latency"]
    pytest.importorskip("matplotlib")
    plot_latency([row], tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000
