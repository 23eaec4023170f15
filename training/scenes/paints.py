"""Paints, glass and trim of vehicles."""

from __future__ import annotations

import numpy as np

from training.scenes.mesh import Surface, make_surface

# Frequent paints as linear red, green and blue: white, silver, grey, black, blue, red, green,
# yellow, beige and brown. `SHARES` says how frequent each of them is.
PAINTS = np.array(
    [
        (0.75, 0.75, 0.74), (0.42, 0.43, 0.44), (0.16, 0.165, 0.17), (0.015, 0.015, 0.017),
        (0.03, 0.07, 0.25), (0.35, 0.02, 0.02), (0.03, 0.13, 0.06), (0.6, 0.4, 0.03),
        (0.4, 0.35, 0.26), (0.1, 0.06, 0.04),
    ]
)  # fmt: skip
SHARES = np.array((0.17, 0.22, 0.17, 0.18, 0.1, 0.07, 0.03, 0.02, 0.02, 0.02))
GLASS = Surface(0.02, 0.025, 0.028, 0.9)
TRIM = Surface(0.025, 0.025, 0.027, 0.1)
HUBS = (Surface(0.35, 0.35, 0.36, 0.4), Surface(0.1, 0.1, 0.11, 0.3), Surface(0.5, 0.5, 0.5, 0.3))


def draw_paint(rng: np.random.Generator) -> Surface:
    """Draw a paint as often as it is seen in traffic."""
    colour = PAINTS[rng.choice(len(PAINTS), p=SHARES / SHARES.sum())]
    if rng.random() < 0.15:
        colour = rng.uniform(0.02, 0.6, 3)
    colour = np.clip(colour * rng.uniform(0.75, 1.3, 3) ** 0.5, 0.005, 0.85)
    return make_surface(colour, gloss=float(rng.uniform(0.35, 0.9)))
