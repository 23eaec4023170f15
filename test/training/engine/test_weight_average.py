import copy
from dataclasses import replace

import torch
from lightning_fabric import Fabric

from centernet_ros.inference.predictor import Predictor
from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models import create_model
from training.data.splits import Splits
from training.engine.run import make_joint_spec, train
from training.engine.weight_average import follow_weights


def step(model, optimizer):
    for maps in model.forward_stacks(torch.rand(2, 3, 32, 32)):
        sum(values.square().mean() for values in maps.values()).backward()
    optimizer.step()
    optimizer.zero_grad()


def test_average_of_weights_and_norm_statistics(settings, squares):
    model = create_model(make_joint_spec(settings, {"ctdet": Splits(score_voc, squares)}))
    optimizer = torch.optim.SGD(model.train().parameters(), 0.1)
    average = follow_weights(model, optimizer, 0.75)
    expected = copy.deepcopy(model.state_dict())
    for _ in range(3):
        step(model, optimizer)
        for name, values in model.state_dict().items():
            if values.is_floating_point():
                expected[name] = 0.75 * expected[name] + 0.25 * values
    moved = 0
    for name, values in average.state_dict().items():
        if values.is_floating_point():
            torch.testing.assert_close(values, expected[name])
            moved += not torch.allclose(values, model.state_dict()[name])
    assert moved > 10


def test_training_evaluates_and_saves_the_average(settings, squares, tmp_path, monkeypatch):
    """An average that hardly moves is what training started from."""
    evaluated = []

    def make_predictor(model, *arguments, **options):
        evaluated.append(model.state_dict())
        return Predictor(model, *arguments, **options)

    monkeypatch.setattr("training.engine.run.Predictor", make_predictor)
    fabric = Fabric(accelerator="cpu", devices=1)
    fabric.launch()
    data = {"ctdet": Splits(score_voc, squares, squares)}
    settings = replace(settings, epochs=1)
    train(fabric, settings, data, tmp_path / "before")
    start = tmp_path / "before/last.pt"
    still = replace(settings, init_weights=str(start), ema_decay=1 - 1e-7)
    train(fabric, still, data, tmp_path / "after")
    before, after = (
        torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("before", "after")
    )
    for weights in (after["state_dict"], evaluated[-1]):
        for name, values in before["state_dict"].items():
            torch.testing.assert_close(weights[name], values, msg=name)
    heads = after["training"]["weights"]["heads_.hm.weight"]
    assert not torch.allclose(heads, before["state_dict"]["heads_.hm.weight"])
