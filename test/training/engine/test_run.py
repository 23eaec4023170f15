import os
import pickle
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from torch.nn import BatchNorm2d

from centernet_ros.datasets.sample import Annotations3D, DataSet, Joints
from centernet_ros.inference.predictor import Predictor
from centernet_ros.metrics.best_threshold import find_best_threshold
from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models import CheckpointError, create_model, load_model
from training.data.splits import Splits
from training.engine.epoch import TrainingError
from training.engine.evaluate import evaluate
from training.engine.results_table import read_results
from training.engine.run import make_joint_spec, make_loader, train
from training.engine.settings import SettingsOfTasks, TaskSettings
from training.losses import compute_joint_losses

FOLDER = Path(__file__).parents[2] / "support"
TWO_PROCESSES = """
import pickle, sys, torch
from pathlib import Path
from lightning_fabric import Fabric
sys.path[:0] = sys.argv[3:]
import tiny_network
from training.engine.run import train
from training.data.splits import Splits
from centernet_ros.inference.predictor import Predictor
from centernet_ros.metrics.voc_ap import score_voc

if __name__ == "__main__":
    settings, data = pickle.loads(Path(sys.argv[1]).read_bytes())
    torch.set_num_threads(1)
    fabric = Fabric(accelerator="cpu", strategy="ddp", devices=2, precision=settings.precision)
    fabric.launch()
    train(fabric, settings, {"ctdet": Splits(score_voc, data)}, Path(sys.argv[2]))
"""


def run(settings, data, output, test=True, **options):
    fabric = Fabric(accelerator="cpu", devices=1, precision=settings.precision)
    fabric.launch()
    splits = Splits(score_voc, data, data if test else None)
    return train(fabric, settings, {"ctdet": splits}, output, **options)


def read_losses(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder))
    events.Reload()
    return np.array([event.value for event in events.Scalars("loss/loss")])


def test_training_learns_and_describes_itself(settings, squares, tmp_path):
    settings = replace(
        settings, epochs=12, learning_rate_steps=(10,), evaluate_every=6, learning_rate=3e-3
    )
    figures = run(settings, squares, tmp_path / "run")
    assert "mAP50" in figures
    losses = read_losses(tmp_path / "run")
    assert len(losses) == 36
    assert losses[-3:].mean() < 0.6 * losses[:3].mean()
    model = load_model(tmp_path / "run/best.pt")
    assert model.spec.class_names == squares.class_names
    assert model.spec.threshold == figures["threshold"] > 0
    # A run that goes on has a network of its own, which says nothing of the best one.
    assert load_model(tmp_path / "run/last.pt").spec.confidence_threshold is None


def test_it_ends_when_nothing_becomes_better(settings, squares, tmp_path, capsys):
    still = replace(
        settings, learning_rate=1e-12, epochs=9, patience=2, init_weights=None, batch_norm="frozen"
    )
    figures = run(still, squares, tmp_path)
    assert "ended after epoch 3: 2 evaluations without a better first figure" in (
        capsys.readouterr().out
    )
    rows = read_results(tmp_path)
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert figures["mAP50"] == pytest.approx(float(rows[0]["mAP50"]), abs=1e-6)
    for name in ("results.png", "val_predictions.jpg", "val_curves.png", "settings.yaml"):
        assert (tmp_path / name).stat().st_size


def test_a_run_broken_off_while_scoring_scores_when_it_goes_on(
    settings, squares, tmp_path, monkeypatch
):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("training.engine.run.score_splits", stop)
        with pytest.raises(KeyboardInterrupt):
            run(replace(settings, epochs=1), squares, tmp_path)
    assert (tmp_path / "last.pt").is_file()
    assert not (tmp_path / "best.pt").exists()
    assert run(replace(settings, epochs=1), squares, tmp_path, resume=True)
    assert (tmp_path / "best.pt").is_file()


def test_norms_are_measured_at_the_end(settings, squares, tmp_path, monkeypatch):
    """Once, on plain images: the checkpoint has those statistics."""
    seen = []

    def measure(model, batches):
        seen.append([tuple(images.shape) for images in batches])
        for module in model.modules():
            if isinstance(module, BatchNorm2d):
                module.running_mean.fill_(7)

    monkeypatch.setattr("training.engine.run.measure_norms", measure)
    run(replace(settings, epochs=2, precise_bn_batches=2), squares, tmp_path / "run")
    assert [len(batches) for batches in seen] == [2]
    norms = [
        m for m in load_model(tmp_path / "run/last.pt").modules() if isinstance(m, BatchNorm2d)
    ]
    assert norms
    assert all((norm.running_mean == 7).all() for norm in norms)


def test_heads_learn_while_the_rest_stays(settings, squares, tmp_path):
    settings = replace(settings, epochs=1)
    run(settings, squares, tmp_path / "start")
    start = tmp_path / "start/last.pt"
    settings = replace(
        settings, trainable_heads=("wh",), batch_norm="frozen", init_weights=str(start)
    )
    run(settings, squares, tmp_path / "run")
    before, after = (load_model(path).state_dict() for path in (start, tmp_path / "run/last.pt"))
    changed = {name for name in after if not torch.equal(before[name], after[name])}
    assert changed == {name for name in after if "wh" in name.split(".")}
    with pytest.raises(
        ValueError, match="trainable_heads: unknown head dep, expected some of: hm, wh"
    ):
        run(replace(settings, trainable_heads=("dep",)), squares, tmp_path / "other")


@pytest.mark.parametrize("ema_decay", [0.0, 0.8])
def test_killed_run_equals_an_unbroken_one(settings, squares, tmp_path, root, ema_decay):
    """Killed without warning in the midst of an epoch, then continued."""
    settings = replace(settings, epochs=3, ema_decay=ema_decay)
    job = tmp_path / "job"
    job.write_bytes(pickle.dumps((settings, squares)))
    script = TWO_PROCESSES.replace('strategy="ddp", devices=2', "devices=1")
    (tmp_path / "train.py").write_text(script)
    command = [sys.executable, tmp_path / "train.py", job, tmp_path / "killed", root, FOLDER]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in process.stdout:
        if b"epoch 2" in line:
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    torch.set_num_threads(1)
    run(settings, squares, tmp_path / "killed", resume=True)
    run(settings, squares, tmp_path / "whole")
    killed, whole = (
        torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("killed", "whole")
    )
    for name, tensor in whole["state_dict"].items():
        assert torch.equal(tensor, killed["state_dict"][name]), name
    moments = [checkpoint["training"]["optimizer"]["state"] for checkpoint in (whole, killed)]
    for key, state in moments[0].items():
        assert torch.equal(state["exp_avg_sq"], moments[1][key]["exp_avg_sq"])


def test_two_processes_equal_one_with_twice_the_batch(settings, squares, tmp_path, root):
    settings = replace(settings, epochs=7, batch_norm="synchronized", precision="64-true")
    script, job = tmp_path / "train.py", tmp_path / "job"
    script.write_text(TWO_PROCESSES)
    job.write_bytes(pickle.dumps((settings, squares)))
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(
        [sys.executable, script, job, tmp_path / "two", root, FOLDER],
        check=True,
        env=environment,
        capture_output=True,
    )
    torch.set_num_threads(1)
    run(settings, squares, tmp_path / "one", test=False)
    one, two = (torch.load(tmp_path / n / "last.pt", weights_only=True) for n in ("one", "two"))
    largest = max(
        (tensor.double() - two["state_dict"][name].double()).abs().max().item()
        for name, tensor in one["state_dict"].items()
    )
    losses = [read_losses(tmp_path / name) for name in ("one", "two")]
    assert len(losses[0]) == 21
    difference = np.abs(losses[0] - losses[1]).max()
    print(f"21 steps: losses differ by {difference:.1e}, weights by {largest:.1e}")
    assert difference < 1e-5
    assert largest < 1e-5


def test_two_processes_measure_norms_and_evaluate_together(settings, squares, tmp_path, root):
    """Both take part, and the last checkpoint is there."""
    settings = replace(
        settings, epochs=1, batch_norm="synchronized", precise_bn_batches=2, evaluate_every=1
    )
    script, job = tmp_path / "train.py", tmp_path / "job"
    script.write_text(
        TWO_PROCESSES.replace("Splits(score_voc, data)", "Splits(score_voc, data, data)")
    )
    job.write_bytes(pickle.dumps((settings, squares)))
    subprocess.run(
        [sys.executable, script, job, tmp_path / "two", root, FOLDER],
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
    )
    figures = torch.load(tmp_path / "two/last.pt", weights_only=True)["training"]["progress"]
    predict = Predictor(load_model(tmp_path / "two/last.pt"))
    found = evaluate(predict, squares.samples, "ctdet")
    expected = score_voc(squares, found) | find_best_threshold(squares, found)
    assert figures["figures"] == pytest.approx(expected)
    assert (tmp_path / "two/best.pt").exists()


def test_bad_loss_stops_and_leaves_the_batch(settings, squares, tmp_path):
    broken = replace(settings, learning_rate=float("inf"))
    with pytest.raises(TrainingError, match=r"not finite .*: batch saved in .*failed_batch_0\.pt"):
        run(broken, squares, tmp_path / "run")
    batch = torch.load(tmp_path / "run/failed_batch_0.pt", weights_only=True)
    assert batch["ctdet"]["image"].shape == (4, 3, 64, 64)


def test_wrong_starts_are_refused(settings, squares, tmp_path):
    run(replace(settings, epochs=1), squares, tmp_path)
    with pytest.raises(TrainingError, match=r"last\.pt exists: expected --resume"):
        run(settings, squares, tmp_path)
    with pytest.raises(
        TrainingError, match=r"learning_rate was 0\.001 and is 1; expected the same"
    ):
        run(replace(settings, learning_rate=1), squares, tmp_path, resume=True)
    with pytest.raises(CheckpointError, match="no such file"):
        run(settings, squares, tmp_path / "new", resume=True)
    with pytest.raises(CheckpointError, match="model 'unknown': no such published model"):
        run(replace(settings, init_weights="unknown"), squares, tmp_path / "new")
    (tmp_path / "best").mkdir()
    (tmp_path / "best/last.pt").write_bytes((tmp_path / "best.pt").read_bytes())
    with pytest.raises(TrainingError, match=r"weights alone, expected the last\.pt"):
        run(settings, squares, tmp_path / "best", resume=True)
    others = DataSet(squares.source, squares.class_names, squares.samples[:8])
    with pytest.raises(
        TrainingError,
        match=r"learned from 12 images of blue, red .*; expected the same data, not 8",
    ):
        run(replace(settings, epochs=1), others, tmp_path, resume=True)
    few = DataSet(squares.source, squares.class_names, squares.samples[:3])
    with pytest.raises(ValueError, match="3 samples for a batch of 4"):
        run(settings, few, tmp_path / "few")


@pytest.fixture
def joint_data(squares):
    """The squares as data of three tasks, with 12, 8 and 4 images."""
    count = len(squares.samples[0].boxes)
    annotations_3d = Annotations3D(
        ignored=np.zeros((count, 2), bool),
        alphas=np.zeros(count),
        locations=np.full((count, 3), 10.0),
        dimensions=np.full((count, 3), 2.0),
        projection=np.array([[60.0, 0, 32, 0], [0, 60, 32, 0], [0, 0, 1, 0]]),
        fully_visible=np.ones(count, bool),
    )
    persons = [
        replace(
            sample,
            labels=0 * sample.labels,
            joints=Joints(
                np.tile(sample.boxes[:, None, :2] + 12, (1, 17, 1)), np.ones((count, 17), bool)
            ),
        )
        for sample in squares.samples[:8]
    ]
    located = [replace(sample, annotations_3d=annotations_3d) for sample in squares.samples[:4]]
    return {
        "ctdet": Splits(score_voc, squares, squares),
        "multi_pose": Splits(
            lambda *_: {"AP": 0.5}, DataSet(squares.source, ("person",), tuple(persons))
        ),
        "ddd": Splits(
            lambda data, found: {"boxes": float(len(found))},
            replace(squares, samples=tuple(located)),
            replace(squares, samples=tuple(located)),
        ),
    }


def test_a_network_learns_several_tasks_each_from_its_own_data(settings, joint_data, tmp_path):
    settings = replace(
        settings,
        epochs=12,
        learning_rate=3e-3,
        learning_rate_steps=(10,),
        tasks=SettingsOfTasks(ddd=TaskSettings(batch_size=2)),
    )
    fabric = Fabric(accelerator="cpu", devices=1)
    fabric.launch()
    figures = train(fabric, settings, joint_data, tmp_path)
    assert list(figures)[:2] == ["mean", "ctdet/mAP50"]
    assert figures["ddd/boxes"] == 4
    assert figures["mean"] == pytest.approx((figures["ctdet/mAP50"] + 4) / 2)
    losses = read_losses(tmp_path)
    assert len(losses) == 12 * 3  # twelve images in batches of four; the others begin anew
    assert losses[-3:].mean() < 0.6 * losses[:3].mean()
    spec = load_model(tmp_path / "best.pt").spec
    assert list(spec.tasks) == ["ctdet", "multi_pose", "ddd"]
    assert spec.tasks["ddd"].focal_length == pytest.approx(60)
    assert spec.tasks["multi_pose"].class_names == ("person",)


def test_depths_stay_those_of_the_initial_weights(settings, joint_data):
    """On inputs of another size, what a pixel is worth is another, but not what was learned."""
    start = make_joint_spec(settings, joint_data)
    larger = replace(settings, input=replace(settings.input, size=(128, 128)))
    known = make_joint_spec(larger, joint_data, start).tasks["ddd"].focal_length
    assert known == start.tasks["ddd"].focal_length
    assert make_joint_spec(larger, joint_data).tasks["ddd"].focal_length == pytest.approx(
        2 * known
    )
    boxes_alone = start.tasks["ctdet"]
    assert make_joint_spec(settings, joint_data, boxes_alone) == start


def test_what_one_task_learns_leaves_the_heads_of_others(settings, joint_data):
    """Data of one task have no labels of another, and so no gradient there."""
    spec = make_joint_spec(settings, joint_data)
    model = create_model(spec)
    fabric = Fabric(accelerator="cpu", devices=1)
    loader = make_loader(fabric, settings, joint_data, spec)
    batch = next(iter(loader))["multi_pose"]
    stacks = model.forward_stacks(batch["image"])
    options = {"multi_pose": settings.loss}
    compute_joint_losses(stacks, {"multi_pose": batch}, spec, options)["loss"].backward()
    for name, head in model.heads_.items():
        assert (head.weight.grad is not None) == name.startswith("multi_pose/")
