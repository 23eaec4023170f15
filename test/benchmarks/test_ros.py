import math

import pytest

from benchmarks.latency_plot import plot_latency
from benchmarks.ros import run_loads
from benchmarks.ros_rows import compare_nodes
from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model


def test_peak_of_two_cameras(domain, tmp_path):
    heads = {"hm": 2, "wh": 2, "reg": 2}
    spec = ModelSpec("mobilenetv3", heads, ("a", "b"), InputSpec((64, 64)))
    save_model(create_model(spec), tmp_path / "model.pt")
    rows = run_loads(str(tmp_path / "model.pt"), "torch", ["160x120"], [0.0], [2], 0.5)
    kinds = [(row["node"], row["nodes"], row["cameras"], row["rate"]) for row in rows]
    expected = [("echo", 1, 1, "30 Hz"), ("detector", 1, 2, "peak"), ("detector", 2, 2, "peak")]
    assert kinds == expected
    for row in rows:
        assert row["mean_frame_rate"] > 0
        assert row["cpu"] > 0
        assert row["memory"] > 10
        assert 0 < row["median_latency"] <= row["p99_latency"]
        assert 0 < row["delivered"] <= 100
    assert all(row["latency_over_network"] > 0 for row in rows[1:])

    (compared,) = compare_nodes(rows)
    assert math.isclose(compared["memory_ratio"], rows[1]["memory"] / rows[2]["memory"])
    pytest.importorskip("matplotlib")
    plot_latency(rows, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000
