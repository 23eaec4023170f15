"""VOC's folders as labelling tools write them."""

import pytest

from centernet_ros.datasets.voc import read_voc
from centernet_ros.io.errors import DataError

OBJECT = """<object><name>{name}</name><difficult>{difficult}</difficult><bndbox>
<xmin>{x1}</xmin><ymin>2</ymin><xmax>10</xmax><ymax>20</ymax></bndbox></object>"""


@pytest.fixture
def write(tmp_path):
    """One image, of a name, with objects (class, difficult, xmin)."""

    def write(*objects, name="a", split=None, image=".jpg", header="", encoding="utf-8", extra=""):
        for folder in ("Annotations", "ImageSets/Main", "JPEGImages"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        body = "".join(OBJECT.format(name=n, difficult=d, x1=x) for n, d, x in objects)
        text = f"{header}<annotation>{extra}{body}</annotation>"
        (tmp_path / f"Annotations/{name}.xml").write_bytes(text.encode(encoding))
        (tmp_path / f"JPEGImages/{name}{image}").touch()
        (tmp_path / "ImageSets/Main/train.txt").write_text(split or f"{name}\n")
        return [tmp_path]

    return write


def test_boxes_classes_and_difficulty(write):
    data = read_voc(write(("dog", 0, 1), ("cat", 1, 1)), "train")
    assert data.class_names == ("cat", "dog")
    (sample,) = data.samples
    assert sample.boxes.tolist() == [[0, 1, 10, 20]] * 2
    assert [data.class_names[label] for label in sample.labels] == ["dog", "cat"]
    assert sample.ignore.tolist() == [False, True]
    assert sample.path.name == "a.jpg"
    assert read_voc(write(), "train").samples[0].boxes.shape == (0, 4)


def test_boxes_may_be_counted_from_0(write):
    data = read_voc(write(("ox", 0, 0), ("ox", 0, 4.5)), "train")
    assert data.samples[0].boxes.tolist() == [[0, 2, 10, 20], [4.5, 2, 10, 20]]
    [note] = data.notes
    assert note.startswith("1 boxes that begin below pixel 1: all are taken as counted from 0")


def test_images_without_an_annotation_are_said(write):
    [root] = write(("ox", 0, 1))
    (root / "JPEGImages/b.jpg").touch()
    [note] = read_voc([root], None).notes
    assert note.startswith("1 images without an annotation: passed over (first: ")
    assert read_voc([root], "train").notes == ()


def test_xml_of_another_kind_is_named(write):
    [root] = write(("ox", 0, 1))
    (root / "Annotations/a.xml").write_text("<annotations><image/></annotations>")
    with pytest.raises(DataError, match=r"a\.xml: <annotations>, expected the <annotation>"):
        read_voc([root], None)


@pytest.mark.parametrize("image", [".JPG", ".png", ".jpeg"])
def test_any_image_suffix(write, image):
    (sample,) = read_voc(write(("ox", 0, 1), image=image), "train").samples
    assert sample.path.name == f"a{image}"


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("img 1", "img 1\n"),
        ("straße é", "straße é\n"),
        ("img 1", "img 1  -1\n"),
        ("a", "a.jpg\n"),
        ("a.b", "a.b\n"),
        ("a", "a 1\n"),
        ("2007_000027", "\ufeff2007_000027\n"),
    ],
)
def test_names_of_any_kind(write, name, split):
    (sample,) = read_voc(write(("ox", 0, 1), name=name, split=split), "train").samples
    assert sample.key == name
    assert sample.path.is_file()


@pytest.mark.parametrize("encoding", ["gb2312", "windows-1252", "utf-8", "utf-16"])
def test_declared_encodings(write, encoding):
    header = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding != "utf-16" else ""
    name = "\u725b" if encoding in ("gb2312", "utf-16") else "b\u00e9b\u00e9"
    data = read_voc(write((name, 0, 1), header=header, encoding=encoding), "train")
    assert data.class_names == (name,)


def test_size_and_swapped_corners(write):
    size = "<size><width>128</width><height>96</height></size>"
    data = read_voc(write(("ox", 0, 30), extra=size), "train")
    assert data.samples[0].size == (96, 128)
    assert data.samples[0].boxes.tolist() == [[9, 1, 30, 20]]
    [note] = data.notes
    assert note.startswith("1 boxes with swapped corners: put in order")
    assert "a.xml: object 1" in note


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<object><name>ox</name><polygon/></object>", "object 1, 'ox', has no bndbox"),
        ("<object></object>", "object 1 has no name"),
        (OBJECT.format(name="ox", difficult=0, x1="10,5"), "xmin of bndbox is '10,5'"),
        (OBJECT.format(name="ox", difficult=0, x1="nan"), "xmin of bndbox is 'nan'"),
        ("<object>", "not a VOC annotation"),
    ],
)
def test_broken_annotations_are_named(write, body, message):
    with pytest.raises(DataError, match=rf"a\.xml: .*{message}"):
        read_voc(write(extra=body), "train")


def test_what_is_missing_is_named(write):
    roots = write(("yak", 0, 1))
    with pytest.raises(DataError, match=r"a\.xml: class 'yak', expected some of: ox"):
        read_voc(roots, "train", ("ox",))
    with pytest.raises(DataError, match=r"val\.txt: no such file"):
        read_voc(roots, "val")
    with pytest.raises(DataError, match=r"b\.xml: no such file"):
        read_voc(write(split="b\n"), "train")
    with pytest.raises(DataError, match=r"train\.txt: empty, expected one image's name a line"):
        read_voc(write(split="\n"), "train")
