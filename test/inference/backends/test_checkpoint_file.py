import pytest

from centernet_ros.inference.backends import CheckpointFile
from centernet_ros.models import CheckpointError, checkpoint, save_model


@pytest.fixture
def path(build, tmp_path):
    path = tmp_path / "model.pt"
    save_model(build("tiny", "ctdet"), path)
    return path


def test_weights_are_read_when_needed(path, build, monkeypatch):
    load, calls = checkpoint.load_model, []

    def count(*arguments):
        calls.append(arguments)
        return load(*arguments)

    monkeypatch.setattr(checkpoint, "load_model", count)
    file = CheckpointFile(path)
    assert file.spec == build("tiny", "ctdet").spec
    assert not calls
    assert file.load() is file.load()
    assert calls == [(path,)]


def test_other_names(path):
    names = [f"kind {i}" for i in range(CheckpointFile(path).spec.num_classes)]
    file = CheckpointFile(path, names)
    assert file.spec.class_names == file.load().spec.class_names == tuple(names)
    with pytest.raises(CheckpointError, match=f"{path}: 99 class names"):
        CheckpointFile(path, ["one"] * 99)


def test_contents_count(path, build, tmp_path):
    other = tmp_path / "other.pt"
    other.write_bytes(path.read_bytes())
    assert CheckpointFile(other).hash_contents() == CheckpointFile(path).hash_contents()
    save_model(build("tiny", "ctdet"), other, {"epoch": 1})
    assert CheckpointFile(other).hash_contents() != CheckpointFile(path).hash_contents()


def test_missing(tmp_path):
    with pytest.raises(CheckpointError, match="no such file"):
        CheckpointFile(tmp_path / "none.pt")
