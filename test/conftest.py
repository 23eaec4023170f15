"""Fixtures for all tests."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from own_layouts import write_layout

from centernet_ros.datasets.sample import DataSet, Sample

ROOT = Path(__file__).parents[1]
# This process among those that pytest-xdist runs the tests in.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
# Domains up to 101 keep their ports below Linux's ephemeral ones.
SHARE = 101 // WORKERS
DOMAINS = itertools.cycle(1 + WORKER * SHARE + (os.getpid() + i) % SHARE for i in range(SHARE))
# Threads that wait for each other's core would take longer than one alone. The workers inherit
# what the process that starts them sets, which therefore sets nothing.
if WORKERS > 1:
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // WORKERS)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start processes.

    These have a ROS domain of their own, or are in a module that imports `subprocess`.
    """
    for item in items:
        module = getattr(item, "module", None)
        if "domain" in getattr(item, "fixturenames", ()) or hasattr(module, "subprocess"):
            item.add_marker("process")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Data sets beside the repository; tests that need them are skipped without."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture(scope="session")
def reference_folder(root) -> Path:
    """What the authors' code computed; the README there describes the files."""
    return root / "test/reference"


@pytest.fixture
def domain(monkeypatch):
    """A ROS domain of the test's own."""
    monkeypatch.setenv("ROS_DOMAIN_ID", str(next(DOMAINS)))


@pytest.fixture
def coco_folder(tmp_path) -> Path:
    """Three images in COCO's layout, 128 wide and 96 high, one of them with a person."""
    folder = tmp_path / "coco"
    images = [{"id": i, "file_name": f"{i}.png", "height": 96, "width": 128} for i in (3, 5, 8)]
    (folder / "annotations").mkdir(parents=True)
    (folder / "val2017").mkdir()
    rng = np.random.default_rng(0)
    for image in images:
        pixels = rng.integers(0, 256, (96, 128, 3), np.uint8)
        cv2.imwrite(str(folder / "val2017" / image["file_name"]), pixels)
    row = {"id": 1, "image_id": 5, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 900}
    content = {
        "images": images,
        "annotations": [row | {"iscrowd": 0}],
        "categories": [{"id": 1, "name": "person"}],
    }
    (folder / "annotations/instances_val2017.json").write_text(json.dumps(content))
    return folder


@pytest.fixture
def squares(tmp_path):
    """Images of bright squares on noise, of two classes by colour."""
    rng = np.random.default_rng(0)
    samples = []
    for i in range(12):
        pixels = rng.integers(0, 60, (64, 64, 3), np.uint8)
        x, y = (int(value) for value in rng.integers(4, 36, 2))
        label = i % 2
        pixels[y : y + 24, x : x + 24, 2 * label] = 255
        path = tmp_path / "images" / f"{i}.png"
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), pixels)
        box = np.array([[x, y, x + 24, y + 24]], float)
        samples.append(Sample(path, i, box, np.array([label]), np.zeros(1, bool)))
    return DataSet(tmp_path, ("blue", "red"), tuple(samples))


@pytest.fixture
def own(squares, tmp_path):
    """A folder of the squares in a layout, which the test names."""

    def write(layout):
        write_layout(squares, tmp_path / layout, layout)
        return tmp_path / layout

    return write
