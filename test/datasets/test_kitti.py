"""KITTI's folders, and labels of 2D tools in their format."""

import numpy as np
import pytest

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.io.errors import DataError
from centernet_ros.labels import KITTI_CLASSES

CAR = "Car 0.00 0 -1.58 20.00 30.00 80.00 60.00 1.50 1.60 3.90 1.00 1.60 15.00 -1.51"
WITHOUT_3D = {
    "zeros": "Car 0.00 0 0.00 20.00 30.00 80.00 60.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00",
    "nothing": "Car -1 -1 -10 20.00 30.00 80.00 60.00 -1 -1 -1 -1000 -1000 -1000 -10",
    "behind": "Car 0.00 0 -1.58 20.00 30.00 80.00 60.00 1.50 1.60 3.90 1.00 1.60 -3.00 -1.51",
}


@pytest.fixture
def write(tmp_path):
    def write(*lines, image=".png", calibration="P2: 100 0 64 4 0 100 48 0.2 0 0 1 0.002\n"):
        for folder in ("image_2", "label_2", "calib"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / f"image_2/000007{image}").touch()
        (tmp_path / "label_2/000007.txt").write_text("".join(f"{line}\n" for line in lines))
        (tmp_path / "calib/000007.txt").write_text(calibration)
        return tmp_path

    return write


def test_real_frames(shared, tmp_path):
    root = shared / "data/kitti/training"
    split = shared / "data/kitti/all_labels/ImageSets_chen/train.txt"
    data = read_kitti(root, split, existing=True)
    assert len(data.samples) == 20
    assert len(read_kitti(root).samples) == 27
    sample = data.samples[0]
    assert sample.path.is_file()
    assert sample.annotations_3d.projection.shape == (3, 4)
    assert np.array_equal(sample.ignore, sample.annotations_3d.ignored.all(1))
    assert data.notes == ()
    with pytest.raises(DataError, match=r"label_2/\d+\.txt: no such file"):
        read_kitti(root, split)
    with pytest.raises(DataError, match=r"none\.txt: no such file"):
        read_kitti(root, tmp_path / "none.txt")


@pytest.mark.parametrize("line", WITHOUT_3D.values(), ids=WITHOUT_3D)
def test_objects_without_a_place_in_space_are_known_in_2d_alone(write, line):
    data = read_kitti(write(line, CAR))
    (sample,) = data.samples
    assert sample.labels.tolist() == [1, 1]
    assert sample.annotations_3d.is_known.tolist() == [False, True]
    assert sample.annotations_3d.fully_visible.tolist() == [False, True]
    [note] = data.notes
    assert note.startswith("1 objects without a place in space before the camera: their 2D boxes")
    assert "label_2/000007.txt, object 1" in note


def test_classes_that_are_not_kittis_are_named(write):
    data = read_kitti(write(CAR.replace("Car", "Bus"), CAR, CAR.replace("Car", "Bus")))
    assert data.samples[0].labels.tolist() == [-1, 1, -1]
    [note] = data.notes
    assert note.startswith(
        "2 objects 'Bus', which is none of Pedestrian, Car, Cyclist: passed over"
    )
    with pytest.raises(DataError, match=r"label_2: only objects of 'Bus', expected some of: Ped"):
        read_kitti(write(CAR.replace("Car", "Bus")))


def test_other_classes_are_learned_by_their_names(write):
    root = write(
        *(CAR.replace("Car", name) for name in ("Forklift", "Car", "Van", "DontCare")),
    )
    assert read_kitti(root, class_names=None).class_names == ("Car", "Forklift", "Van")
    [sample] = read_kitti(root, class_names=("Car", "Forklift")).samples
    assert sample.labels.tolist() == [1, 0, -1, -1]
    ignored = [[False, False], [False, False], [True, False], [True, True]]
    assert sample.annotations_3d.ignored.tolist() == ignored


def test_kittis_classes_stay_together(write):
    for lines in ((CAR, CAR.replace("Car", "Van")), ()):
        assert read_kitti(write(*lines), class_names=None).class_names == KITTI_CLASSES


def test_letters_of_another_case_make_no_other_class(write):
    root = write(CAR.lower(), CAR.replace("Car", "person_SITTING"))
    data = read_kitti(root)
    [sample] = data.samples
    assert sample.labels.tolist() == [1, -1]
    assert sample.kitti.names.tolist() == ["Car", "Person_sitting"]
    assert [note.split(" (")[0] for note in data.notes] == [
        "1 objects 'car': taken as 'Car'",
        "1 objects 'person_SITTING': taken as 'Person_sitting'",
    ]
    assert read_kitti(root, class_names=None).class_names == KITTI_CLASSES


def test_images_without_labels_are_said(write):
    root = write(CAR)
    (root / "image_2/000008.png").touch()
    [note] = read_kitti(root).notes
    assert note.startswith("1 images without a label file: passed over")


@pytest.mark.parametrize("image", [".png", ".jpg", ".JPEG"])
def test_images_of_any_suffix(write, image):
    assert read_kitti(write(CAR, image=image)).samples[0].path.name == f"000007{image}"


def test_hidden_companions_are_no_frames(write):
    root = write(CAR)
    (root / "label_2/._000007.txt").write_bytes(bytes(60))
    assert len(read_kitti(root).samples) == 1


@pytest.mark.parametrize(
    ("calibration", "message"),
    [
        ("P2: 1 2 3\n", "no line 'P2:' of 12 numbers"),
        ("P2: nan 0 64 4 0 100 48 0.2 0 0 1 0.002\n", "expected finite numbers and focal lengths"),
        ("P2: 0 0 64 4 0 100 48 0.2 0 0 1 0.002\n", "expected finite numbers and focal lengths"),
        ("P2: x 0 64 4 0 100 48 0.2 0 0 1 0.002\n", "could not convert"),
    ],
)
def test_impossible_calibrations_are_named(write, calibration, message):
    with pytest.raises(DataError, match=rf"calib/000007\.txt: .*{message}"):
        read_kitti(write(CAR, calibration=calibration))


def test_broken_labels_are_named(write):
    with pytest.raises(DataError, match=r"label_2/000007\.txt: line 2 has 3 fields, expected 15"):
        read_kitti(write(CAR, "Car 1 2"))


def test_the_folder_above_training_is_meant_for_it(write, tmp_path):
    folder = write(CAR)
    above = tmp_path / "above"
    above.mkdir()
    (above / "training").symlink_to(folder)
    [sample] = read_kitti(above).samples
    assert sample.path == above / "training/image_2/000007.png"


def test_tracks_give_objects_their_identities(write):
    folder = write(CAR, CAR.replace("Car", "DontCare"))
    (folder / "label_02").mkdir()
    (folder / "label_02/0000.txt").write_text(f"6 1 {CAR}\n7 12 {CAR}\n7 -1 {CAR}\n")
    assert read_kitti(folder).samples[0].ids == ("12", "untracked 1")
    (folder / "label_02/0000.txt").write_text(f"7 12 {CAR}\n")
    with pytest.raises(DataError, match=r"000007\.txt: 2 objects, 1 in .*0000\.txt, expected as"):
        read_kitti(folder)
    (folder / "label_02/0000.txt").write_text("seven 12 Car\n")
    with pytest.raises(DataError, match=r"0000\.txt: line 1: expected frame, track and an object"):
        read_kitti(folder)
