"""Makes the rows of the table of single frames."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import TypedDict

from benchmarks.frame_stages import PUBLISH_ALL
from benchmarks.frames import AUTHORS, StageTimes


class FrameRow(TypedDict):
    """One way to run a network: medians of its stages, and ratios.

    Attributes:
        backend: name of the way.
        receive, preprocess, network, decode, rescale, publish: milliseconds of each stage.
        publish_all: milliseconds to publish objects of any score, which is not part of a frame.
        frame: milliseconds of a whole frame.
        speed_up: how many times faster a whole frame is than the authors' way.
        network_speed_up: how many times faster the network is than in the authors' way.
        share_of_peak: operations per second of the network relative to those of a matrix product.
        outside_network: share of the frame that is not the network's.
    """

    backend: str
    receive: float
    preprocess: float
    network: float
    decode: float
    rescale: float
    publish: float
    publish_all: float
    frame: float
    speed_up: float
    network_speed_up: float
    share_of_peak: float
    outside_network: float


def make_frame_rows(
    measured: Mapping[str, StageTimes], operations: int, peak: float
) -> list[FrameRow]:
    """Make a row for each way to run a network.

    Args:
        measured: the times of each way by its name, the authors' way among them.
        operations: floating-point operations of the network for one image.
        peak: floating-point operations per second of a matrix product on this machine.
    """
    reference = measured[AUTHORS]
    rows: list[FrameRow] = []
    for name, times in measured.items():
        network = times.median("network")
        rows.append(
            {
                "backend": name,
                "receive": 1e3 * times.median("receive"),
                "preprocess": 1e3 * times.median("preprocess"),
                "network": 1e3 * network,
                "decode": 1e3 * times.median("decode"),
                "rescale": 1e3 * times.median("rescale"),
                "publish": 1e3 * times.median("publish"),
                "publish_all": 1e3 * times.median(PUBLISH_ALL),
                "frame": 1e3 * times.median(),
                "speed_up": statistics.median(a / b for a, b in zip(reference.whole, times.whole)),
                "network_speed_up": reference.median("network") / network,
                "share_of_peak": operations / network / peak,
                "outside_network": 1 - network / times.median(),
            }
        )
    return rows
