"""What TensorBoard reads of a run."""

import numpy as np
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training.engine.event_log import EventLog


def test_curves_and_pictures(tmp_path):
    Image.fromarray(np.zeros((6, 8, 3), np.uint8)).save(tmp_path / "val_curves.png")
    log = EventLog(tmp_path)
    for step in (10, 20):
        log.add("loss", {"hm": step / 10}, step)
        log.add_image(tmp_path / "val_curves.png", step)
    read = EventAccumulator(str(tmp_path))
    read.Reload()
    assert [(e.step, e.value) for e in read.Scalars("loss/hm")] == [(10, 1.0), (20, 2.0)]
    pictures = read.Images("val_curves")
    assert [(e.step, e.width, e.height) for e in pictures] == [(10, 8, 6), (20, 8, 6)]
    assert pictures[0].encoded_image_string == (tmp_path / "val_curves.png").read_bytes()
