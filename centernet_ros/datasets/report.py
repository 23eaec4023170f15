"""What a reader repaired, passed over or refused in a data set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """Counts of what was met, with an example of each.

    Attributes:
        counts: what was done -> how often.
        examples: what was done -> the entry where it was first.
    """

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, where: str) -> None:
        """Count an entry.

        Args:
            what: what was done with it and why, such as "objects without area: taken from the
                box".
            where: the file and entry.
        """
        self.counts[what] += 1
        self.examples.setdefault(what, where)

    def lines(self) -> tuple[str, ...]:
        """A sentence for each kind, in the order in which they were met."""
        return tuple(
            f"{self.counts[what]} {what} (first: {where})" for what, where in self.examples.items()
        )
