from dataclasses import replace

import pytest
import torch

from centernet_ros.inference.decoding.activation import activate
from centernet_ros.inference.decoding.ctdet import decode_ctdet
from centernet_ros.inference.decoding.ddd import decode_ddd
from centernet_ros.labels import COCO_CLASSES, KITTI_CLASSES
from centernet_ros.models import ModelSpec, create_model, save_model
from training.engine.init_weights import take_weights
from training.engine.settings import HEADS

IMAGES = torch.rand((1, 3, 64, 64), generator=torch.Generator().manual_seed(0))


@pytest.fixture
def source(tmp_path):
    """A network like the published one, with heads that say something, and its file."""
    heads = {"hm": len(COCO_CLASSES), "ltrb": 4}
    model = create_model(ModelSpec("mobilenetv3", heads, COCO_CLASSES)).eval()
    for parameter in model.head.parameters():
        torch.nn.init.normal_(parameter)
    save_model(model, tmp_path / "a.pt")
    return model, tmp_path / "a.pt"


def make_target(source, **changes):
    heads = {"hm": len(KITTI_CLASSES), **HEADS["ddd"]}
    spec = replace(source.spec, heads=heads, class_names=KITTI_CLASSES, focal_length=100.0)
    return create_model(replace(spec, **changes)).eval()


@pytest.mark.parametrize("hidden", [None, 16])
@torch.inference_mode()
def test_3d_network_starts_with_the_objects_of_a_2d_one(source, hidden):
    source, path = source
    model = make_target(source, head_conv=hidden)
    report = take_weights(model, path)
    assert {name.split(".")[1] for name in report.initial} == {"dep", "rot", "dim"}
    found, expected = activate(model(IMAGES)), activate(source(IMAGES))
    people_and_cars = [COCO_CLASSES.index(name) for name in ("person", "car", "bicycle")]
    expected["hm"] = expected["hm"][:, people_and_cars]
    torch.testing.assert_close(found["hm"], expected["hm"])
    boxes, objects = decode_ctdet(expected, 5), decode_ddd(found, 5)
    torch.testing.assert_close(objects.centres, (boxes.boxes[..., :2] + boxes.boxes[..., 2:]) / 2)
    torch.testing.assert_close(objects.sizes, boxes.boxes[..., 2:] - boxes.boxes[..., :2])


@torch.inference_mode()
def test_class_that_the_checkpoint_lacks_begins_as_new_ones_do(source):
    source, path = source
    names = ("Car", "tractor")
    model = make_target(source, heads={"hm": 2, **HEADS["ddd"]}, class_names=names)
    take_weights(model, path)
    found, expected = activate(model(IMAGES))["hm"], activate(source(IMAGES))["hm"]
    torch.testing.assert_close(found[:, 0], expected[:, COCO_CLASSES.index("car")])
    torch.testing.assert_close(found[:, 1], torch.full_like(found[:, 1], 0.1), rtol=0, atol=0.01)


def test_heads_stay_where_nothing_is_known(source):
    source, path = source
    model = make_target(source, heads={"hm": 1, "ltrb": 4}, class_names=("tractor",))
    report = take_weights(model, path)
    assert set(report.initial) == {"head.hm.1.weight", "head.hm.1.bias"}
    assert "head.ltrb.1.weight" in report.taken
