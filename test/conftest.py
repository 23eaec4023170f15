"""Fixtures for all tests."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# training/ is used from the repository; last, so that centernet_ros stays the installed one.
sys.path.append(str(ROOT))
# Domains up to 101 keep their ports below Linux's ephemeral ones.
DOMAINS = itertools.cycle(range(1 + os.getpid() % 50, 102))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data beside the repository; tests that need it are skipped without."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture
def domain(monkeypatch):
    """A ROS domain of the test's own."""
    monkeypatch.setenv("ROS_DOMAIN_ID", str(next(DOMAINS)))
