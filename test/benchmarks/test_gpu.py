import json

import torch

from benchmarks.gpu import main

SMALL = "resdcn_18:ctdet:32x32"


def test_the_command_runs_where_there_is_no_gpu(tmp_path, capsys):
    options = ["--frames", SMALL, "--trainings", SMALL, "--batches", "1", "--repetitions", "1"]
    output = tmp_path / "gpu.json"
    assert main(["--device", "cpu", *options, "--json", str(output)]) == 0
    report = json.loads(output.read_text())
    assert [row["network"] for row in report["frames"]] == [SMALL]
    assert len(report["deform_conv"]) == 3
    assert report["training"][0]["32-true"] > 0
    assert "times floor" in capsys.readouterr().out


def test_without_a_gpu_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main([]) == 1
    assert capsys.readouterr().err.endswith("PyTorch finds no CUDA device\n")
