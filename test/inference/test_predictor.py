import numpy as np
import pytest
import torch

from centernet_ros.inference import predictor
from centernet_ros.inference.input_override import KEEP_RESOLUTION, InputOverride
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.inference.predictor import Predictor
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import write_image
from centernet_ros.models import (
    CheckpointError,
    InputSpec,
    ModelSpec,
    create_model,
    save_model,
)
from centernet_ros.models.joint import join_specs
from centernet_ros.structures import Boxes3D, Detections, Image, Poses

HEADS = {
    "ctdet": {"hm": 3, "wh": 2, "reg": 2},
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
    "ddd": {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
}
KINDS = {"ctdet": Detections, "multi_pose": Poses, "ddd": Boxes3D}


def make_projection(focal_length):
    return np.array([[focal_length, 0, 60, 4], [0, focal_length, 30, 0], [0, 0, 1, 0.005]])


PROJECTION = make_projection(700.0)


def create(*tasks, arch="resdcn_18", size=(96, 128), **inputs):
    torch.manual_seed(0)
    specs = [
        ModelSpec(
            arch, HEADS[t], tuple(map(str, range(HEADS[t]["hm"]))), InputSpec(size, **inputs)
        )
        for t in tasks
    ]
    model = create_model(specs[0] if len(specs) == 1 else join_specs(specs))
    for head in model.heads:  # so that the maps have peaks of their own
        torch.nn.init.normal_(model.get_submodule(head)[-1].weight, std=0.5)
    return model


def read_images(count=3, height=60, width=120):
    rng = np.random.default_rng(0)
    shape = (height, width, 3)
    return [Image(rng.integers(0, 255, shape, dtype=np.uint8)) for _ in range(count)]


@pytest.mark.parametrize("task", HEADS)
def test_batch_equals_one_by_one(task):
    predict = Predictor(create(task), options=PredictorOptions(10))
    images = read_images()
    projections = [PROJECTION * [[1 + 0.1 * i], [1 + 0.1 * i], [1]] for i in range(3)]
    together = predict(images, projections)
    for i, found in enumerate(together):
        (alone,) = predict(images[i : i + 1], projections[i : i + 1])
        assert type(found) is KINDS[task]
        assert len(found) == 10
        assert np.all(np.diff(found.scores) <= 0)
        for name, values in found.columns().items():
            assert np.allclose(values, getattr(alone, name), rtol=1e-3, atol=1e-3), name


@pytest.mark.parametrize("task", ["ctdet", "multi_pose"])
@pytest.mark.parametrize("resize", ["stretch", "longest_edge", "none"])
def test_augmented(task, resize):
    model = create(task, resize=resize, dynamic=resize == "none")
    options = PredictorOptions(flip=True, test_scales=(0.5, 1.0, 1.5))
    predict = Predictor(model, options=options)
    (found,) = predict(read_images(1))
    assert type(found) is KINDS[task]
    assert 0 < len(found) <= 100
    assert np.all(np.diff(found.scores) <= 0)


def test_mirrored_image_gives_mirrored_boxes():
    """With averaging, mirroring the image mirrors the sizes and scores."""
    predict = Predictor(create("ctdet", size=(64, 128)), options=PredictorOptions(5, flip=True))
    (image,) = read_images(1, 64, 128)
    (found,) = predict([image])
    (mirrored,) = predict([Image(image.pixels[:, ::-1])])
    assert np.allclose(found.scores, mirrored.scores, atol=1e-5)
    sizes = found.boxes[:, 2:] - found.boxes[:, :2]
    assert np.allclose(sizes, mirrored.boxes[:, 2:] - mirrored.boxes[:, :2], atol=1e-3)


def test_3d_needs_cameras():
    predict = Predictor(create("ddd"))
    with pytest.raises(ValueError, match="0 calibrations for 1 images"):
        predict(read_images(1))
    with pytest.raises(ValueError, match="1 calibrations for 2 images"):
        predict(read_images(2), [PROJECTION])


@pytest.mark.parametrize("options", [{"flip": True}, {"test_scales": (0.5, 1.0)}])
def test_3d_is_not_augmented(options):
    with pytest.raises(ValueError, match="without mirroring"):
        Predictor(create("ddd"), options=PredictorOptions(**options))


def test_output_that_is_not_finite():
    model = create("ctdet")
    with torch.no_grad():
        model.wh[-1].bias[0] = float("inf")
    with pytest.raises(FloatingPointError, match="not finite"):
        Predictor(model)(read_images(1))


@pytest.mark.parametrize("size", [(1, 1), (2, 20_000)])
def test_extreme_images(size):
    (found,) = Predictor(create("ctdet"))([Image(np.zeros((*size, 3), np.uint8))])
    assert np.isfinite(found.boxes).all()


def test_several_tasks_of_one_network_are_those_of_separate_networks():
    joint = create(*HEADS)
    calls = []
    joint.register_forward_hook(lambda *_: calls.append(1))
    weights = joint.state_dict()
    images = read_images(2)
    found = Predictor(joint, options=PredictorOptions(10)).predict_tasks(
        images, [None, PROJECTION]
    )
    assert len(calls) == 1
    for task in HEADS:
        alone = create(task)
        own = {
            name.replace(f"{task}/", ""): values
            for name, values in weights.items()
            if "/" not in name or name.startswith(f"{task}/")
        }
        alone.load_state_dict(own)
        expected = Predictor(alone, options=PredictorOptions(10))(images, [PROJECTION] * 2)
        if task == "ddd":
            assert found[task][0] is None
        for ours, theirs in list(zip(found[task], expected))[task == "ddd" :]:
            for name, values in theirs.columns().items():
                assert np.allclose(getattr(ours, name), values, rtol=1e-3, atol=1e-3), name


def test_one_list_is_no_answer_for_several_tasks():
    with pytest.raises(ValueError, match="several tasks"):
        Predictor(create("ctdet", "multi_pose"))(read_images(1))


@pytest.mark.parametrize("resize", ["none", "contain"])
def test_images_of_several_sizes(resize):
    predict = Predictor(create("ctdet", resize=resize, dynamic=True), options=PredictorOptions(10))
    images = [*read_images(2), *read_images(1, 130, 70), *read_images(1)]
    for image, found in zip(images, predict(images)):
        (alone,) = predict([image])
        assert np.allclose(found.boxes, alone.boxes, rtol=1e-3, atol=1e-3)


def test_objects_are_as_large_in_the_input_whatever_the_camera():
    model = create("ddd", size=(96, 320), resize="focal_length", dynamic=True, focal_length=160.0)
    predict = Predictor(model)
    seen = []
    run = predict.backend

    def record(pixels):
        seen.append(pixels.shape[1:3])
        return run(pixels)

    predict.backend = record
    # The whole field of view, the same with twice the pixels, a narrower and a taller one.
    sizes, scale = [(96, 320), (192, 640), (64, 224), (192, 160)], [1, 2, 1, 1]
    images = [read_images(1, *size)[0] for size in sizes]
    predict(images, [np.diag((s, s, 1)) @ make_projection(160.0) for s in scale])
    assert seen == [(96, 320), (64, 224), (192, 160)]


def test_an_override_changes_how_images_are_prepared():
    predict = Predictor(create("ctdet"), input_override=KEEP_RESOLUTION)
    assert predict.input == InputSpec((96, 128), "none", "center", dynamic=True)
    predict = Predictor(create("ctdet"), input_override=InputOverride(height=64))
    assert predict.input == InputSpec((64, 128))
    with pytest.raises(ValueError, match="a dynamic input with resize 'longest_edge'"):
        Predictor(create("ctdet"), input_override=InputOverride(dynamic=True))


def test_one_scale_is_not_merged(monkeypatch):
    """Soft-NMS and the merging of scales cost time that one scale without NMS need not spend."""
    calls = []
    monkeypatch.setattr(predictor, "merge_detections", lambda *_: calls.append(1))
    model, images = create("ctdet"), read_images(1)
    assert len(Predictor(model)(images)[0]) == 100
    assert not calls
    for options in (PredictorOptions(nms=True), PredictorOptions(test_scales=(0.5, 1.0))):
        Predictor(model, options=options)(images)
    assert len(calls) == 2


def test_paths_and_arrays_are_images(tmp_path):
    save_model(create("ctdet"), tmp_path / "a.pt")
    predict = Predictor(tmp_path / "a.pt", "cpu", options=PredictorOptions(10))
    [image] = read_images(1)
    path = tmp_path / "a.png"
    write_image(path, image.pixels)
    found = predict([image, image.pixels, path, str(path)])
    for other in found[1:]:
        assert np.allclose(other.boxes, found[0].boxes, atol=1e-3)
    with pytest.raises(DataError, match=r"b\.png: no such file"):
        predict([tmp_path / "b.png"])
    for wrong in ([image.pixels[0]], [image.pixels[..., 0]], [image.pixels / 255]):
        with pytest.raises(ValueError, match=r"expected \(height, width, 3\) uint8"):
            predict(wrong)
    with pytest.raises(ValueError, match=r"a\.png'\), expected a list of images"):
        predict(path)


def test_models_that_are_not_there_are_named(tmp_path):
    with pytest.raises(CheckpointError, match="no such published model here"):
        Predictor("unknown")
    with pytest.raises(CheckpointError, match=r"a\.pt: no such file"):
        Predictor(tmp_path / "a.pt")
