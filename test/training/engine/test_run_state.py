import resource
from dataclasses import replace

import pytest
import torch
from lightning_fabric import Fabric

from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models import load_model
from training.data.splits import Splits
from training.engine.epoch import TrainingError
from training.engine.run import train
from training.engine.run_state import Progress


@pytest.fixture
def limit_files():
    """Makes writing beyond a size fail, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_runs_from_before_a_setting_go_on(settings, squares, tmp_path):
    fabric = Fabric(accelerator="cpu", devices=1)
    fabric.launch()
    run = ({"ctdet": Splits(score_voc, squares)}, tmp_path)
    train(fabric, replace(settings, epochs=1), *run)
    checkpoint = torch.load(tmp_path / "last.pt", weights_only=True)
    del checkpoint["training"]["settings"]["learning_rate_schedule"]
    torch.save(checkpoint, tmp_path / "last.pt")
    with pytest.raises(TrainingError, match="learning_rate_schedule was steps and is cosine"):
        train(fabric, replace(settings, learning_rate_schedule="cosine"), *run, resume=True)
    train(fabric, settings, *run, resume=True)
    assert torch.load(tmp_path / "last.pt", weights_only=True)["training"]["progress"]["epoch"] > 1


def test_full_disk_keeps_the_last_checkpoint(settings, squares, tmp_path, limit_files):
    fabric = Fabric(accelerator="cpu", devices=1)
    fabric.launch()
    run = ({"ctdet": Splits(score_voc, squares)}, tmp_path)
    train(fabric, replace(settings, epochs=1), *run)
    before = (tmp_path / "last.pt").read_bytes()
    limit_files(100_000)
    with pytest.raises(
        TrainingError, match=r"last\.pt: cannot be written \(.*File too large\); an"
    ):
        train(fabric, settings, *run, resume=True)
    assert (tmp_path / "last.pt").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))
    assert load_model(tmp_path / "last.pt").arch == "tiny"


@pytest.mark.parametrize(
    ("figures", "kept", "waited"),
    [
        ([0.0, 0.0, 0.0], 2, 2),
        ([0.0, 0.2, 0.1], 1, 1),
        ([1.0, 1.0, 1.0], 0, 2),
        ([0.1, 0.3, 0.3], 1, 1),
    ],
)
def test_the_best_is_the_first_of_equals_but_of_nothing_the_last(figures, kept, waited):
    progress = Progress()
    better = [i for i, value in enumerate(figures) if progress.add({"AP": value, "AR": i})]
    assert better[-1] == progress.figures["AR"] == kept
    assert progress.waited == waited
