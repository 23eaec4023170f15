"""Networks that serve several tasks: the heads of each on one backbone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from centernet_ros.models.spec import ModelSpec, Task


def join_specs(specs: Sequence[ModelSpec]) -> ModelSpec:
    """One network for several tasks: the heads of each, named task/head, on one backbone.

    Raises:
        ValueError: two specs of one task, or specs whose backbone or input differ.
    """
    first = specs[0]
    for spec in specs[1:]:
        for name in ("arch", "input", "head_conv"):
            if getattr(spec, name) != getattr(first, name):
                raise ValueError(f"tasks with different {name} cannot share a network")
    parts = {spec.task: spec for spec in specs}
    if len(parts) < len(specs):
        raise ValueError(
            f"{len(specs)} descriptions for {', '.join(parts)}: expected one per task"
        )
    heads = {f"{task}/{head}": n for task, spec in parts.items() for head, n in spec.heads.items()}
    return ModelSpec(
        first.arch, heads, (), first.input, first.head_conv, origin=first.origin, parts=parts
    )


def split_maps(maps: Mapping[str, Tensor], spec: ModelSpec) -> dict[Task, dict[str, Tensor]]:
    """A network's maps by task, under the names of the task's own heads.

    Args:
        maps: head -> (B, channels, H, W).
        spec: the network's.
    """
    if not spec.parts:
        return {spec.task: dict(maps)}
    return {
        task: {head: maps[f"{task}/{head}"] for head in part.heads}
        for task, part in spec.parts.items()
    }
