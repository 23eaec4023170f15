"""Examples against the inputs and targets of the authors' data set classes."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from reference_values import sample_values

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import (
    Annotations3D,
    DataSet,
    Joints,
    Sample,
    mirror_sample,
    read_image,
    read_sample_size,
)
from centernet_ros.geometry.angles import wrap_angle
from centernet_ros.inference.backends.normalization import Normalization
from centernet_ros.inference.preprocessing import warp_batch
from centernet_ros.io.errors import DataError
from centernet_ros.labels import COCO_CLASSES, COCO_IDS, KITTI_CLASSES
from centernet_ros.models import InputSpec, ModelSpec
from centernet_ros.models.format_1 import INPUT_MODES
from centernet_ros.structures import Image
from training.augmentation.crop import Crop
from training.augmentation.options import NO_AUGMENTATION, Augmentation
from training.data.examples import (
    Examples,
    make_example,
)
from training.data.focal_length import complete_input, find_focal_length
from training.engine.settings import HEADS
from training.targets.options import TargetOptions

FLIP = replace(NO_AUGMENTATION, flip_prob=1.0)


def read_sample(folder, name, image):
    annotations = json.loads((folder / f"{name}.json").read_text())
    boxes = np.array([a["bbox"] for a in annotations])
    boxes[:, 2:] += boxes[:, :2]
    ids = [a["category_id"] for a in annotations]
    joints = None
    if "keypoints" in annotations[0]:
        points = np.array([a["keypoints"] for a in annotations], float).reshape(-1, 17, 3)
        joints = Joints(points[..., :2], points[..., 2] > 0)
    labels = np.array([COCO_IDS.index(i) for i in ids])
    return Sample(folder / image, "a", boxes, labels, labels < 0, joints)


@pytest.mark.parametrize(("task", "name"), [("ctdet", "ctdet"), ("multi_pose", "pose")])
@pytest.mark.parametrize("flip", [False, True])
def test_examples_equal_the_authors(task, name, flip, reference_folder):
    sample = read_sample(reference_folder, f"ann_{name}", "img_a.png")
    classes = COCO_CLASSES if task == "ctdet" else ("person",)
    spec = ModelSpec("dla_34", {"hm": len(classes), **HEADS[task]}, classes)
    chosen = FLIP if flip else NO_AUGMENTATION
    example = make_example(sample, spec, chosen, np.random.default_rng(0), TargetOptions())
    case = f"target_{name}_{'train_flip' if flip else 'val_fix'}"
    reference = np.load(reference_folder / f"{case}.npz")
    pixels = sample_values(case, example.pop("image").numpy()[:, ::4, ::4], 300)
    assert np.allclose(pixels, reference["input"], atol=1e-5)
    for key, values in example.items():
        assert np.allclose(values, reference[key], rtol=1e-5, atol=2e-5), key


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8))
    boxes = np.array([[10.0, 10, 40, 50], [90, 10, 95, 20]])
    sample = Sample(path, "a", boxes, np.zeros(2, int), np.zeros(2, bool))
    return DataSet(tmp_path, ("thing",), (sample, replace(sample, path=tmp_path / "b.png")))


@pytest.fixture
def spec():
    return ModelSpec("dla_34", {"hm": 1, **HEADS["ctdet"]}, ("thing",), InputSpec((64, 96)))


def test_examples_depend_on_seed_epoch_and_index_alone(data, spec):
    examples = Examples(data, spec, seed=1)
    again = Examples(data, spec, seed=1)
    assert torch.equal(examples[3, 0]["image"], again[3, 0]["image"])
    assert not torch.equal(examples[3, 0]["image"], examples[4, 0]["image"])
    assert not torch.equal(examples[3, 0]["image"], Examples(data, spec, seed=2)[3, 0]["image"])


def test_boxes_outside_the_image_are_no_targets(data, spec):
    outside = replace(data.samples[0], boxes=data.samples[0].boxes + 200)
    example = make_example(
        outside, spec, NO_AUGMENTATION, np.random.default_rng(0), TargetOptions()
    )
    assert example["hm"].max() == 0
    assert example["reg_mask"].sum() == 0


def test_turned_images_train_joints_alone(tmp_path):
    """The authors' aug_rot; a joint's peak must lie on what the joint shows."""
    pixels = np.zeros((128, 128, 3), np.uint8)
    pixels[38:43, 88:93] = 255
    cv2.imwrite(str(tmp_path / "a.png"), pixels)
    joints = Joints(np.full((2, 17, 2), (90.0, 40.0)), np.arange(34).reshape(2, 17) % 17 < 3)
    boxes = np.array([[60.0, 20, 100, 100], [200, 20, 220, 40]])  # the second is outside
    sample = Sample(tmp_path / "a.png", "a", boxes, np.zeros(2, int), np.zeros(2, bool), joints)
    heads = {"hm": 1, **HEADS["multi_pose"]}
    spec = ModelSpec("dla_34", heads, ("person",), InputSpec((128, 128), mean=(0,) * 3))
    augmentation = replace(NO_AUGMENTATION, rotate_prob=1.0, rotate=40.0)
    example = make_example(sample, spec, augmentation, np.random.default_rng(1), TargetOptions())
    assert (example["hm"] == np.float32(0.9999)).all()
    assert not example["reg_mask"].any()
    assert not example["hps_mask"].any()
    assert example["hp_mask"].sum() == 6
    place = example["hp_ind"][0].item()
    bright = example["image"].sum(0).view(32, 4, 32, 4).mean((1, 3)).argmax().item()
    assert place == bright != 10 * 32 + 22
    assert example["hm_hp"][2].flatten()[place] == 1
    upright = make_example(
        sample, spec, NO_AUGMENTATION, np.random.default_rng(1), TargetOptions()
    )
    assert upright["hp_ind"][0] == 10 * 32 + 22
    assert upright["reg_mask"].tolist()[:2] == [1, 0]


def test_missing_and_broken_images_are_named(data, spec, tmp_path):
    with pytest.raises(DataError, match=r"b\.png: no such file"):
        Examples(data, spec)[0, 1]
    (tmp_path / "b.png").write_text("no image")
    with pytest.raises(DataError, match=r"b\.png: cut off or does not decode"):
        Examples(data, spec)[0, 1]


@pytest.mark.parametrize("mode", INPUT_MODES)
@pytest.mark.parametrize("channel_order", ["bgr", "rgb"])
def test_images_are_prepared_as_for_detection(data, spec, mode, channel_order):
    """Whatever the input: a network sees an unchanged image alike in training and detection."""
    fit = INPUT_MODES[mode]
    inputs = InputSpec((128, 96), **fit, mean=(0.3, 0.4, 0.5), channel_order=channel_order)
    example = Examples(data, replace(spec, input=inputs), NO_AUGMENTATION)[0, 0]
    pixels = read_image(data.samples[0].path)
    batch, _ = warp_batch([Image(pixels)], inputs)
    assert torch.equal(example["image"], Normalization(inputs)(torch.from_numpy(batch))[0])


def test_inputs_of_one_size_make_batches(data, spec):
    paths = [data.source / f"{name}.png" for name in "cde"]
    for path, rows in zip(paths, (60, 30, 60)):
        cv2.imwrite(str(path), np.zeros((rows, 80, 3), np.uint8))
    samples = tuple(replace(data.samples[0], path=path) for path in paths)
    fit = replace(spec, input=InputSpec((96, 96), "contain", "bottom_right", dynamic=True))
    first, other, again = Examples(replace(data, samples=samples), fit).group_by_input()
    assert first == again != other
    assert set(Examples(replace(data, samples=samples), spec).group_by_input()) == {0}
    paths[0].write_text("no image")
    with pytest.raises(DataError, match=r"c\.png: does not decode, expected an image"):
        Examples(replace(data, samples=samples), fit).group_by_input()


def test_scaled_images_teach_no_depth(shared):
    data = read_kitti(shared / "data/kitti/training")
    heads = {"hm": 3, **HEADS["ddd"]}
    spec = ModelSpec("dla_34", heads, KITTI_CLASSES, InputSpec((96, 320), "width"))
    for share, learned in ((0.0, True), (1.0, False)):
        augmentation = Augmentation("shift", share, 0.0, False)
        example = Examples(data, spec, augmentation)[0, 2]
        assert example["rot_mask"].any()
        assert bool(example["reg_mask"].any()) == learned


@pytest.fixture
def car(tmp_path):
    """A car whose camera has a focal length of 700 pixels."""
    path = tmp_path / "car.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (200, 400, 3), np.uint8))
    annotations_3d = Annotations3D(
        ignored=np.zeros((1, 3), bool),
        alphas=np.array([0.4]),
        locations=np.array([[1.0, 1.6, 20.0]]),
        dimensions=np.array([[1.5, 1.6, 4.0]]),
        projection=np.array([[700.0, 0, 200, 0], [0, 700, 100, 0], [0, 0, 1, 0]]),
        fully_visible=np.ones(1, bool),
    )
    boxes = np.array([[160.0, 80, 240, 120]])
    return Sample(
        path, "car", boxes, np.array([1]), np.zeros(1, bool), annotations_3d=annotations_3d
    )


INPUT = InputSpec((96, 192), "contain", "bottom_right", dynamic=True)


def test_offset_to_the_middle_in_space(car):
    """Whatever the window and the mirror: the middle of the car's front shows what lies there."""
    heads = {"hm": 3, **HEADS["ddd"], "amodal_offset": 2}
    spec = ModelSpec("dla_34", heads, KITTI_CLASSES, INPUT)
    middle = np.array([200 + 700 * 1 / 20, 100 + 700 * (1.6 - 0.75) / 20])
    shift = (middle - (200, 100)) / 4
    for flip, scaled in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)):
        augmentation = replace(NO_AUGMENTATION, crop="shift", crop_prob=scaled, flip_prob=flip)
        example = make_example(car, spec, augmentation, np.random.default_rng(2), TargetOptions())
        scale = float(example["wh"][0, 0]) * 4 / 80
        expected = shift * scale * (-1 if flip else 1, 1)
        assert example["amodal_offset"][0].numpy() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("orientation", "angle"), [("alpha", 0.4), ("rotation_y", 0.45)])
def test_headings_to_learn(car, orientation, angle):
    """Relative to the viewing ray or to the camera, and the other way round in the mirror."""
    assert car.annotations_3d.rotations_y == pytest.approx([0.4 + np.arctan2(1, 20)])
    heads = {"hm": 3, **HEADS["ddd"]}
    spec = ModelSpec("dla_34", heads, KITTI_CLASSES, INPUT, orientation=orientation)
    for flip, expected in ((0.0, angle), (1.0, np.pi - angle)):
        augmentation = replace(NO_AUGMENTATION, flip_prob=flip)
        example = make_example(car, spec, augmentation, np.random.default_rng(0), TargetOptions())
        # The bin about pi / 2.
        residual = float(example["rotres"][0, 1]) + np.pi / 2
        assert wrap_angle(np.array(residual - expected)) == pytest.approx(0, abs=1e-3)


def test_depth_is_that_of_the_focal_length_to_learn(car):
    heads = {"hm": 3, **HEADS["ddd"]}
    spec = ModelSpec(
        "dla_34", heads, KITTI_CLASSES, InputSpec((96, 192), "width"), focal_length=500.0
    )
    augmentation = replace(NO_AUGMENTATION, crop="shift", crop_prob=1.0, scale_depth=True)
    scales = set()
    for seed in range(4):
        example = make_example(
            car, spec, augmentation, np.random.default_rng(seed), TargetOptions()
        )
        scale = float(example["wh"][0, 0]) * 4 / 80
        scales.add(round(scale, 3))
        assert example["reg_mask"][0] == 1
        assert float(example["dep"][0]) == pytest.approx(20.0 * 500 / (700 * scale), rel=1e-4)
    assert len(scales) > 2


def test_mirrored_objects_look_the_other_way(car):
    mirrored = mirror_sample(car, 399)
    assert mirrored.boxes.tolist() == [[159, 80, 239, 120]]
    assert mirrored.annotations_3d.alphas == pytest.approx(np.pi - 0.4)
    assert mirrored.annotations_3d.locations.tolist() == [[-1, 1.6, 20]]
    assert mirror_sample(mirrored, 399).annotations_3d.alphas == pytest.approx(0.4)


def test_focal_length_of_a_data_set(car, data):
    twice = replace(car.annotations_3d, projection=2 * car.annotations_3d.projection)
    cars = DataSet(car.path, KITTI_CLASSES, (car, car, replace(car, annotations_3d=twice)))
    spec = InputSpec((96, 192), "width")
    assert find_focal_length(cars, spec) == pytest.approx(700 * 192 / 400)
    assert find_focal_length(data, spec) is None


def test_inputs_get_the_focal_length_of_the_data(car, data):
    cars = DataSet(car.path, KITTI_CLASSES, (car,))
    spec = InputSpec((96, 192), "focal_length", dynamic=True)
    found = complete_input(spec, [data, cars])
    assert found.focal_length == find_focal_length(cars, spec)
    assert complete_input(found, [data]) == found
    assert complete_input(spec, [data]) == spec
    assert complete_input(replace(spec, resize="contain"), [cars]).focal_length is None


def test_frames_of_another_camera_make_batches_of_their_own(car):
    """Sharing a size of image, but not one of input."""
    finer = replace(
        car.annotations_3d, projection=np.diag((2.0, 2, 1)) @ car.annotations_3d.projection
    )
    cars = DataSet(car.path, KITTI_CLASSES, (car, replace(car, annotations_3d=finer)))
    size = read_sample_size(car)
    inputs = InputSpec(size, "focal_length", dynamic=True, focal_length=car.focal_length)
    spec = ModelSpec("dla_34", {"hm": 3, **HEADS["ddd"]}, KITTI_CLASSES, inputs)
    examples = Examples(cars, spec, NO_AUGMENTATION)
    assert len(set(examples.group_by_input())) == 2
    shapes = [examples[0, i]["image"].shape[1:] for i in range(2)]
    assert [round(b / a, 1) for a, b in zip(*shapes)] == [0.5, 0.5]


def test_unknown_crop_is_refused():
    with pytest.raises(ValueError, match=r"crop 'zoom', expected random, shift, none"):
        Augmentation(crop="zoom")
    assert Crop((1, 2)).scale == 1
