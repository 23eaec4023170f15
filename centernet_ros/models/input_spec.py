"""How an image becomes a network's input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from centernet_ros.structures import ChannelOrder

Resize = Literal["stretch", "longest_edge", "width", "contain", "focal_length", "none"]
Pad = Literal["center", "bottom_right"]
DYNAMIC_RESIZES: tuple[Resize, ...] = ("contain", "focal_length", "none")


@dataclass(frozen=True)
class InputSpec:
    """How an image becomes the network's input.

    Attributes:
        size: height and width of the input in pixels. A dynamic input is at most as large with
            "contain", has about as many pixels at most with "focal_length", and `size` has no
            meaning for it with "none".
        resize: how the image is scaled: "stretch" fills `size` without keeping the aspect ratio;
            "longest_edge" scales by one factor so that the image's longer side fills the width
            (the authors' default); "width" scales so that the image's width does (the authors'
            KITTI); "contain" scales by one factor, as large as `size` allows; "focal_length"
            does the same, but never beyond `focal_length`, so that objects at some distance are
            as large as those that depth was learned from, whatever camera sees them; "none"
            leaves the image at its own resolution.
        pad: where the image lies in a larger input: "center" pads on all sides, "bottom_right"
            pads at the right and the bottom. An image that is larger than the input is cut off
            likewise. Nothing is left to pad with "stretch".
        dynamic: the input is as large as the resized image, rounded up to the network's divisor,
            or with "focal_length" to the nearest multiples, in which the image fits ("none" with
            "center" is the authors' --keep_res); only for these three.
        focal_length: with that resize, fx in input pixels of calibrated images; others, and all
            if None, are as large as `size` allows.
        mean: per channel, in `channel_order`, subtracted from pixel values scaled to 0..1.
        std: per channel, which they are divided by then.
        channel_order: of the input tensor's channels.

    Raises:
        ValueError: an unknown resize or pad, a dynamic input whose resize fills a given size, or
            a focal length that is not positive.
    """

    size: tuple[int, int] = (512, 512)
    resize: Resize = "longest_edge"
    pad: Pad = "center"
    dynamic: bool = False
    mean: tuple[float, float, float] = (0.40789654, 0.44719302, 0.47026115)
    std: tuple[float, float, float] = (0.28863828, 0.27408164, 0.27809835)
    channel_order: ChannelOrder = "bgr"
    focal_length: float | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("resize", self.resize, get_args(Resize)),
            ("pad", self.pad, get_args(Pad)),
        ):
            if value not in known:
                raise ValueError(f"input {name} {value!r}, expected one of: {', '.join(known)}")
        if self.dynamic and self.resize not in DYNAMIC_RESIZES:
            raise ValueError(
                f"a dynamic input with resize {self.resize!r}, expected one of: "
                f"{', '.join(DYNAMIC_RESIZES)}"
            )
        if self.focal_length is not None and not self.focal_length > 0:
            raise ValueError(f"input focal length {self.focal_length}, expected more than 0")

    @property
    def continuous(self) -> bool:
        """Whether coordinates are continuous, an image spanning 0..W; else pixel indices."""
        return self.resize in ("stretch", "contain", "focal_length")

    def with_static_size(self, size: tuple[int, int]) -> InputSpec:
        """The same for a network whose input has one size, height and width in pixels."""
        return replace(self, size=size, dynamic=False)
