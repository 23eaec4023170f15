"""What a user changes in the way images become a network's input."""

from __future__ import annotations

from dataclasses import dataclass, replace

from centernet_ros.models.input_spec import InputSpec, Pad, Resize


@dataclass(frozen=True)
class InputOverride:
    """Fields of `InputSpec` to replace; None leaves the model's own.

    Attributes:
        resize, pad, dynamic: as of `InputSpec`.
        height, width: of its `size`.
    """

    resize: Resize | None = None
    pad: Pad | None = None
    dynamic: bool | None = None
    height: int | None = None
    width: int | None = None

    def apply(self, spec: InputSpec) -> InputSpec:
        """The input with these fields.

        Raises:
            ValueError: fields that do not go together.
        """
        return replace(
            spec,
            size=(self.height or spec.size[0], self.width or spec.size[1]),
            resize=self.resize or spec.resize,
            pad=self.pad or spec.pad,
            dynamic=spec.dynamic if self.dynamic is None else self.dynamic,
        )


KEEP_RESOLUTION = InputOverride(resize="none", pad="center", dynamic=True)
"""Images are padded at their own resolution (the authors' --keep_res)."""
