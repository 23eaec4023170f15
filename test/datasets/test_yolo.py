"""The YOLO layout as labelling tools write it."""

import numpy as np
import pytest
from PIL import Image

from centernet_ros.datasets.yolo import read_description, read_yolo
from centernet_ros.io.errors import DataError

WIDTH, HEIGHT = 200, 100


@pytest.fixture
def write(tmp_path):
    """Some images with lines of text each, None for no file, below a description."""

    def write_files(*texts, description="train: images\nnames: [cat, dog]\n"):
        for folder in ("images", "labels"):
            (tmp_path / folder).mkdir(exist_ok=True)
        for i, text in enumerate(texts):
            Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / f"images/{i}.png")
            if text is not None:
                (tmp_path / f"labels/{i}.txt").write_text(text)
        path = tmp_path / "data.yaml"
        path.write_text(description)
        return path

    return write_files


def read(path, **options):
    return read_yolo(read_description(path), "train", **options)


def test_boxes_are_in_pixels(write):
    data = read(write("1 0.5 0.5 0.1 0.2\n\n0 0.25 0.5 0.5 1\n", "\ufeff0 .5 .5 1e-1 .5"))
    assert data.class_names == ("cat", "dog")
    first, second = data.samples
    assert first.boxes.tolist() == [[90, 40, 110, 60], [0, 0, 100, 100]]
    assert first.labels.tolist() == [1, 0]
    assert first.size == (HEIGHT, WIDTH)
    assert second.boxes.tolist() == [[90, 25, 110, 75]]
    assert data.notes == ()


def test_what_is_odd_is_counted(write):
    lines = ["0 .5 .5 .1 .1", "0 .5 .5 .1 .1", "1 .5 .5 0 .1", "1 1 .5 .2 .2"]
    data = read(write("\n".join(lines), None, "0 .1 .1 .5 .1 .5 .6 .1 .6"))
    first, empty, outline = data.samples
    assert first.boxes.tolist() == [[90, 45, 110, 55], [180, 40, 200, 60]]
    assert empty.boxes.shape == (0, 4)
    assert outline.boxes.tolist() == [[20, 10, 100, 60]]
    told = "\n".join(data.notes)
    assert "1 repeated objects: taken once (first: " in told
    assert "0.txt: line 2)" in told
    assert "1 objects whose box has no area: passed over" in told
    assert "1 boxes beyond the image's border: cut off there" in told
    assert "1 images without a text file: taken as images without objects" in told
    assert "1 outlines: the boxes around them are taken" in told


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2 .5 .5 .1 .1", r"0\.txt: line 1: class 2, expected 0 to 1"),
        ("0.5 .5 .5 .1 .1", r"class 0\.5, expected 0 to 1"),
        ("0 .5 .5 .1", "3 numbers behind the class, expected 4"),
        ("0 90 40 20 20", "expected shares of the image's sides, from 0 to 1"),
        ("cat .5 .5 .1 .1", "could not convert.*expected a class and numbers"),
        ("0 nan .5 .1 .1", "not finite"),
        ("", "no object in .*labels for any of the 1 images of 'train'"),
    ],
)
def test_wrong_lines_are_named(write, line, problem):
    with pytest.raises(DataError, match=problem):
        read(write(line))


@pytest.mark.parametrize(
    ("description", "problem"),
    [
        ("names: [a]\n", "no 'train'"),
        ("train: images\n", "'names' is None"),
        ("train: images\nnames: [a, a]\n", "two classes have one name"),
        (
            "train: images\nnames: {0: a, 2: b}\n",
            r"'names' has the numbers \[0, 2\], expected 0 to 1",
        ),
        ("train: images\nnames: [a]\nnc: 3\n", "nc 3 and 1 names"),
        ("train: nowhere\nnames: [a]\n", "'train' is 'nowhere', expected a folder"),
        ("train: 3\nnames: [a]\n", "'train' is 3, expected a folder"),
        ("train: [\n", "not YAML"),
        ("- a\n", "no mapping"),
        ("train: images\nnames: [a]\nkpt_shape: [17]\n", r"kpt_shape \[17\]"),
    ],
)
def test_wrong_descriptions_are_named(write, description, problem):
    with pytest.raises(DataError, match=f"data.yaml: {problem}"):
        read(write("0 .5 .5 .1 .1", description=description))


@pytest.mark.parametrize(
    "description",
    [
        "train: ../images\nnames: {0: cat, 1: dog}\n",
        "path: /home/someone/data\ntrain: images\nnames: [cat, dog]\n",
        "path: .\ntrain: [images]\nval:\nnames: [cat, dog]\nnc: 2\n",
        "train: .\\images\nnames: [cat, dog]\n",
    ],
)
def test_folders_as_exporters_write_them(write, description):
    data = read(write("1 .5 .5 .1 .1", description=description))
    assert data.class_names == ("cat", "dog")
    assert len(data.samples) == 1


def test_a_list_of_images(write, tmp_path):
    path = write("0 .5 .5 .1 .1", "1 .5 .5 .1 .1", description="train: a.txt\nnames: [cat, dog]\n")
    (tmp_path / "a.txt").write_text("./images/1.png\n")
    assert [sample.key for sample in read(path).samples] == ["1"]


@pytest.mark.parametrize("values", [2, 3])
def test_joints(write, values):
    joints = np.full((17, values), 0.5)
    joints[3] = 0
    joints[5:, 2:] = 2
    joints[:5, 2:] = [[1], [2], [2], [0], [2]]
    line = " ".join(map(str, [0, 0.5, 0.5, 0.4, 0.4, *joints.ravel()]))
    path = write(line, description=f"train: images\nnames: [p]\nkpt_shape: [17, {values}]\n")
    found = read(path, joints=True).samples[0].require_joints()
    assert found.points[0, 0].tolist() == [100, 50]
    assert found.visibility[0, 3] == 0
    assert found.visible.sum() == 16
    assert read(path).samples[0].joints is None


def test_joints_of_any_number_are_read(write):
    line = "0 .5 .5 .4 .4 .5 .5 .6 .6"
    path = write(line, description="train: images\nnames: [p]\nkpt_shape: [2, 2]\n")
    assert len(read(path).samples[0].boxes) == 1
    data = read(path, joints=True)
    assert data.samples[0].joints.points[0].tolist() == [[100, 50], [120, 60]]
    assert data.skeleton.joints == ("joint 1", "joint 2")
    assert any("no joints are known as left and right" in note for note in data.notes)


def test_joints_have_the_names_and_sides_that_the_description_says(write):
    description = (
        "train: images\nnames: [p]\nkpt_shape: [3, 2]\nflip_idx: [0, 2, 1]\n"
        "kpt_names: {0: [tip, one wing, other wing]}\n"
    )
    data = read(write("0 .5 .5 .4 .4 .5 .5 .6 .6 .4 .6", description=description), joints=True)
    assert data.skeleton.joints == ("tip", "one wing", "other wing")
    assert data.skeleton.pairs == ((1, 2),)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("kpt_shape: [3, 2]\nflip_idx: [0, 1]\n", "2 flip_idx, expected one for each of 3"),
        ("kpt_shape: [3, 2]\nflip_idx: [0, 7, 1]\n", r"pair \(1, 7\): expected two of the 3"),
        ("kpt_shape: [3, 2]\nkpt_names: {0: [a, a, b]}\n", "expected a name for each"),
        ("kpt_shape: [3, 2]\nflip_idx: 3\n", "data.yaml: "),
    ],
)
def test_joints_that_do_not_fit_are_named(write, lines, message):
    path = write("0 .5 .5 .1 .1", description=f"train: images\nnames: [p]\n{lines}")
    with pytest.raises(DataError, match=message):
        read(path, joints=True)


def test_joints_need_their_number(write):
    with pytest.raises(DataError, match="no kpt_shape, expected that of labels of joints"):
        read(write("0 .5 .5 .1 .1"), joints=True)


def test_other_class_names(write):
    path = write("1 .5 .5 .1 .1")
    assert read(path, class_names=("dog", "cat")).samples[0].labels.tolist() == [0]
    with pytest.raises(DataError, match="class 'dog', expected some of: cat"):
        read(path, class_names=("cat",))
