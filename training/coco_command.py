"""Training on COCO's layout: boxes and poses differ in their annotation files."""

from __future__ import annotations

from pathlib import Path

from training.command import make_parser, run_command
from training.data_sets.coco import read_coco
from training.data_sets.splits import Splits
from training.evaluation.coco_ap import score_coco, score_poses


def run_coco_command(description: str, configuration: str, poses: bool) -> int:
    """Train on the data that the command line names; exit status.

    Args:
        description: of the command.
        configuration: name of the default file in config/training.
        poses: learn persons' joints rather than boxes of all classes.
    """
    parser = make_parser(description, configuration)
    parser.add_argument("--data", type=Path, required=True, help="folder of the paths below")
    kind = "person_keypoints" if poses else "instances"
    for option, default in (("", "train2017"), ("validation-", "val2017"), ("test-", None)):
        file = default and Path(f"annotations/{kind}_{default}.json")
        parser.add_argument(f"--{option}annotations", type=Path, default=file)
        parser.add_argument(f"--{option}pictures", type=Path, default=default)
    arguments = parser.parse_args()
    root = arguments.data

    def read_data() -> Splits:
        train_set = read_coco(
            root / arguments.annotations,
            root / arguments.pictures,
            joints=poses,
            only_annotated=poses,
        )
        others = (
            (arguments.validation_annotations, arguments.validation_pictures),
            (arguments.test_annotations, arguments.test_pictures),
        )
        return Splits(
            train_set,
            *(
                read_coco(
                    root / annotations,
                    root / (pictures or arguments.validation_pictures),
                    joints=poses,
                    class_names=train_set.class_names,
                )
                if annotations
                else None
                for annotations, pictures in others
            ),
        )

    task, score = ("multi_pose", score_poses) if poses else ("ctdet", score_coco)
    return run_command(arguments, task, read_data, score)
