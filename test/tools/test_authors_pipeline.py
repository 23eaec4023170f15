import numpy as np
import torch

from centernet_ros.backends.end_to_end import EndToEnd
from centernet_ros.models import InputSpec, ModelSpec, create_model
from centernet_ros.preprocessing import warp_batch
from centernet_ros.structures import Image
from centernet_ros.tools.authors_pipeline import AuthorsPipeline


def test_both_ways_find_the_same():
    """What is measured against each other gives the same results."""
    torch.manual_seed(0)
    heads = {"hm": 3, "wh": 2, "reg": 2}
    model = create_model(ModelSpec("resdcn_18", heads, ("",) * 3, InputSpec((96, 128)))).eval()
    for name, layer in model.named_modules():
        if name.endswith("conv_offset_mask") or name.endswith("hm.2"):
            torch.nn.init.normal_(layer.weight, std=0.1 if "offset" in name else 2.0)
    picture = np.random.default_rng(0).integers(0, 256, (60, 110, 3), np.uint8)
    authors, ours = AuthorsPipeline(model), EndToEnd(model)

    batch, _ = authors.preprocess(picture)
    pixels, _ = warp_batch([Image(picture)], model.spec.input)
    assert (ours.normalise(torch.from_numpy(pixels)) - batch).abs().max() < 3e-7

    with torch.inference_mode():
        rows = authors.decode(authors.model(batch))
        found = ours(torch.from_numpy(pixels))
    assert found["ctdet/scores"].std() > 0.01
    assert torch.allclose(rows[..., -2], found["ctdet/scores"], atol=1e-4)
    assert authors(picture).keys() == {"pre", "network", "decode", "place"}
