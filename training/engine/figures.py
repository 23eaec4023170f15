"""What a training run came to: figures.json in its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

FIGURES = "figures.json"


def write_figures(output: Path, figures: Mapping[str, Mapping[str, float]]) -> None:
    """Write the figures on the "validation" and the "test" data, as far as there are such."""
    (output / FIGURES).write_text(json.dumps(figures, indent=2))


def read_figures(output: Path) -> dict[str, float]:
    """The figures on the test data, or on the validation data where no other was given."""
    figures = json.loads((output / FIGURES).read_text())
    return figures.get("test") or figures.get("validation", {})


def format_figures(figures: Mapping[str, float]) -> str:
    """Names and values in one line."""
    return ", ".join(f"{name} {value:.4f}" for name, value in figures.items())
