import numpy as np
import pytest
import torch

from benchmarks.authors_pipeline import AuthorsPipeline
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.inference.preprocessing import warp_batch
from centernet_ros.models import InputSpec, ModelSpec, create_model
from centernet_ros.structures import Image

HEADS = {
    "ctdet": {"hm": 3, "wh": 2, "reg": 2},
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
    "ddd": {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
}


def create(task):
    """A random network whose maps have peaks of their own, and boxes of any size."""
    torch.manual_seed(0)
    heads = HEADS[task]
    spec = ModelSpec("resdcn_18", heads, ("",) * heads["hm"], InputSpec((96, 128)))
    model = create_model(spec).eval()
    for name, layer in model.named_modules():
        if name.endswith("conv_offset_mask"):
            torch.nn.init.normal_(layer.weight, std=0.1)
        elif name.endswith(("hm.2", "wh.2", "hm_hp.2")):
            torch.nn.init.normal_(layer.weight, std=2.0)
            torch.nn.init.constant_(layer.bias, 20.0 if name == "wh.2" else 0.0)
    return model


@pytest.mark.slow
@pytest.mark.parametrize("task", HEADS)
def test_both_ways_find_the_same(task):
    """What is measured against each other gives the same results."""
    model = create(task)
    image = np.random.default_rng(0).integers(0, 256, (60, 110, 3), np.uint8)
    authors, ours = AuthorsPipeline(model), EndToEnd(model, DecodingOptions())

    batch, _ = authors.preprocess(image)
    pixels, _ = warp_batch([Image(image)], model.spec.input)
    assert (ours.normalize(torch.from_numpy(pixels)) - batch).abs().max() < 3e-7

    with torch.inference_mode():
        rows = authors.decode(authors.model(batch))
        found = ours(torch.from_numpy(pixels)).objects[task]
    assert found.scores.std() > 0.01
    assert torch.allclose(rows[..., -2], found.scores, atol=1e-4)
    known = rows[0, :, -2] > 0  # the rows behind them may be anywhere
    if task == "multi_pose":
        keypoints = found.keypoints.flatten(2) / model.stride
        assert found.keypoint_scores[0, known].any()
        assert torch.allclose(rows[0, known, 4:38], keypoints[0, known], atol=1e-3)
    if task == "ddd":
        depths = found.depths
        assert torch.allclose(rows[0, known, 2], depths[0, known], rtol=1e-3)
    assert authors(image).keys() == {"preprocess", "network", "decode", "rescale"}
