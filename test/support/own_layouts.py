"""Writes the squares of `squares` in every layout."""

import json
import shutil

from PIL import Image

SIDE = 64


def copy_images(data, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for sample in data.samples:
        shutil.copy(sample.path, folder / sample.path.name)


def write_coco(data, path, images):
    copy_images(data, images)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        (i, label, [float(v) for v in (x1, y1, x2 - x1, y2 - y1)])
        for i, sample in enumerate(data.samples)
        for label, (x1, y1, x2, y2) in zip(sample.labels.tolist(), sample.boxes.tolist())
    ]
    content = {
        "images": [{"id": i, "file_name": s.path.name} for i, s in enumerate(data.samples)],
        "annotations": [
            {"id": k, "image_id": i, "category_id": label, "bbox": box}
            for k, (i, label, box) in enumerate(rows)
        ],
        "categories": [{"id": i, "name": name} for i, name in enumerate(data.class_names)],
    }
    path.write_text(json.dumps(content))


def write_voc(data, annotations, images):
    copy_images(data, images)
    annotations.mkdir(parents=True, exist_ok=True)
    for sample in data.samples:
        objects = "".join(
            f"<object><name>{data.class_names[label]}</name><bndbox><xmin>{x1 + 1}</xmin>"
            f"<ymin>{y1 + 1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox></object>"
            for label, (x1, y1, x2, y2) in zip(sample.labels, sample.boxes)
        )
        path = annotations / f"{sample.path.stem}.xml"
        path.write_text(f"<annotation>{objects}</annotation>")


def write_yolo(data, root, part="train"):
    copy_images(data, root / "images" / part)
    labels = root / "labels" / part
    labels.mkdir(parents=True, exist_ok=True)
    for sample in data.samples:
        lines = [
            f"{label} {(x1 + x2) / 2 / SIDE:.6f} {(y1 + y2) / 2 / SIDE:.6f} "
            f"{(x2 - x1) / SIDE:.6f} {(y2 - y1) / SIDE:.6f}\n"
            for label, (x1, y1, x2, y2) in zip(sample.labels, sample.boxes)
        ]
        (labels / f"{sample.path.stem}.txt").write_text("".join(lines))
    parts = "".join(f"{path.name}: images/{path.name}\n" for path in (root / "images").iterdir())
    (root / "data.yaml").write_text(f"{parts}names: {list(data.class_names)}\n")


def write_yolo_names(data, folder, names):
    """The text files beside the images, and a list of class names instead of the description."""
    write_yolo(data, folder)
    for path in [*folder.glob("*/train/*")]:
        shutil.move(path, folder / path.name)
    for left in ("images", "labels"):
        shutil.rmtree(folder / left)
    (folder / "data.yaml").unlink()
    names.write_text("".join(f"{name}\n" for name in data.class_names))


def write_kitti(root, frames=("000001", "000002")):
    for folder in ("image_2", "label_2", "calib"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for frame in frames:
        Image.new("RGB", (SIDE, SIDE)).save(root / f"image_2/{frame}.png")
        label = "Car 0 0 1.5 10 20 30 40 1.5 1.6 3.9 1 1.5 20 1.5\n"
        (root / f"label_2/{frame}.txt").write_text(label)
        (root / f"calib/{frame}.txt").write_text("P2: 50 0 32 0 0 50 32 0 0 0 1 0\n")


def write_layout(squares, root, layout):
    """The squares in a layout, by its name and the tool that writes it so."""
    if layout == "coco":
        write_coco(squares, root / "labels.json", root / "images")
    elif layout == "coco of roboflow":
        write_coco(squares, root / "train/_annotations.coco.json", root / "train")
        write_coco(squares, root / "valid/_annotations.coco.json", root / "valid")
    elif layout == "coco itself":
        for part in ("train", "val"):
            path = root / f"annotations/instances_{part}2017.json"
            write_coco(squares, path, root / f"{part}2017")
            (path.parent / f"captions_{part}2017.json").write_text('{"images": []}')
    elif layout == "voc":
        write_voc(squares, root / "Annotations", root / "JPEGImages")
        lists = root / "ImageSets/Main"
        lists.mkdir(parents=True)
        names = "".join(f"{sample.path.stem}\n" for sample in squares.samples)
        for part in ("train", "val"):
            (lists / f"{part}.txt").write_text(names)
    elif layout == "voc beside the images":
        write_voc(squares, root, root)
    elif layout == "voc of roboflow":
        for part in ("train", "valid", "test"):
            write_voc(squares, root / part, root / part)
    elif layout == "yolo":
        write_yolo(squares, root)
    elif layout == "yolo in parts":
        write_yolo(squares, root)
        write_yolo(squares, root, "val")
    elif layout == "yolo of labelimg":
        write_yolo_names(squares, root, root / "classes.txt")
    elif layout == "yolo of label studio":
        write_yolo(squares, root)
        for folder in (root / "images", root / "labels"):
            shutil.move(folder / "train", root / "all")
            folder.rmdir()
            (root / "all").rename(folder)
        (root / "data.yaml").unlink()
        (root / "classes.txt").write_text("\n".join(squares.class_names))
        (root / "notes.json").write_text('{"categories": []}')
    elif layout == "yolo of cvat":
        write_yolo_names(squares, root / "obj_train_data", root / "obj.names")
        lines = (f"data/obj_train_data/{sample.path.name}\n" for sample in squares.samples)
        (root / "train.txt").write_text("".join(lines))
    elif layout == "yolo of roboflow's darknet":
        for part in ("train", "valid"):
            write_yolo_names(squares, root / part, root / part / "_darknet.labels")
    else:
        write_kitti(root / "training" if layout == "kitti" else root)
