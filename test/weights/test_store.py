from pathlib import Path

import pytest

from centernet_ros.models import CheckpointError, load_model
from centernet_ros.weights import store
from centernet_ros.weights.store import SHIPPED, find_weights, list_weights, stored_weights


@pytest.fixture
def empty_places(monkeypatch, tmp_path):
    """A cache with nothing fetched, and a package that ships nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    stored_weights("net").parent.mkdir()
    (tmp_path / "shipped").mkdir()
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")


@pytest.mark.parametrize("path", ["model.pt", "/folder/model", "./model.pth"])
def test_path_is_taken_as_it_is(path):
    assert find_weights(path) == Path(path)


def test_home_is_expanded():
    assert find_weights("~/model.pt") == Path.home() / "model.pt"


def test_name_is_looked_up_in_the_cache(empty_places, tmp_path):
    stored_weights("net").touch()
    assert find_weights("net") == tmp_path / "centernet_ros" / "net.pt"


def test_name_is_looked_up_in_the_package(empty_places, tmp_path):
    (tmp_path / "shipped/net.pt").touch()
    assert find_weights("net") == tmp_path / "shipped/net.pt"


def test_unknown_name_lists_what_is_here_and_how_to_fetch(empty_places, tmp_path):
    with pytest.raises(CheckpointError, match=r"'net'.*one of: none yet.*fetch_weights"):
        find_weights("net")
    stored_weights("fetched").touch()
    (tmp_path / "shipped/shipped.pt").touch()
    assert list(list_weights()) == ["fetched", "shipped"]
    with pytest.raises(CheckpointError, match=r"one of: fetched, shipped \(more by"):
        find_weights("net")


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.pt")), ids=lambda path: path.stem)
def test_shipped_model_is_small_and_says_its_origin_and_licence(path):
    model = load_model(path)
    assert path.stat().st_size <= 8e6
    is_free = path.parent == SHIPPED
    assert ("Apache-2.0" if is_free else "CC BY-NC-SA 3.0, non-commercial") in model.spec.origin
    assert is_free or path.name in (path.parent / "LICENSE.txt").read_text()
    assert find_weights(path.stem) == path
