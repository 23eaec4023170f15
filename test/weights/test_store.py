from pathlib import Path

import pytest

from centernet_ros.models import CheckpointError
from centernet_ros.weights.store import find_weights, stored_weights


@pytest.mark.parametrize("path", ["model.pt", "/folder/model", "./model.pth"])
def test_path_is_taken_as_it_is(path):
    assert find_weights(path) == Path(path)


def test_home_is_expanded():
    assert find_weights("~/model.pt") == Path.home() / "model.pt"


def test_name_is_looked_up_in_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    stored_weights("net").parent.mkdir()
    stored_weights("net").touch()
    assert find_weights("net") == tmp_path / "centernet_ros" / "net.pt"


def test_name_not_fetched_says_how_to_fetch(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(CheckpointError, match=r"'net'.*fetch_weights"):
        find_weights("net")
