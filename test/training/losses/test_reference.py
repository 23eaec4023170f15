"""Losses against those that the authors' code gives for the same maps and targets."""

import zlib

import numpy as np
import pytest
import torch

from training.losses import LossOptions, compute_losses

CTDET = {"hm": 80, "wh": 2, "reg": 2}
POSE = {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2}
DDD = {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2}
NAMES = {"reg": "off", "hps": "hp"}
CASES = {
    "ctdet": (CTDET, ("ctdet_val_fix", "ctdet_train_flip"), {}),
    "ctdet_trainlike": (CTDET, ("ctdet_val_fix", "ctdet_train_flip"), {}),
    "ctdet_sl1": (CTDET, ("ctdet_val_fix", "ctdet_train_flip"), {"smooth": True}),
    "ctdet_catspec": (CTDET | {"wh": 160}, ("ctdet_val_catspec",) * 2, {}),
    "ctdet_densewh": (CTDET, ("ctdet_val_densewh",) * 2, {}),
    "pose": (POSE, ("pose_val_fix", "pose_train_flip"), {}),
    "ddd": (DDD, ("ddd_train_noaug", "ddd_train_aug_masks"), {}),
}


def read_case(folder, tag):
    heads, names, options = CASES[tag]
    files = [np.load(folder / f"target_{name}.npz") for name in names]
    targets = {
        key: torch.from_numpy(np.stack([file[key] for file in files]))
        for key in files[0].files
        if key != "input"
    }
    if "rot_mask" in targets:
        targets["box_mask"] = targets["rot_mask"]  # the authors know all objects in space
    maps = {}
    for head, channels in heads.items():
        seed = zlib.crc32(f"{tag}/{head}".encode()) & 0x7FFFFFFF
        shape = (2, channels, *targets["hm"].shape[2:])
        values = np.random.RandomState(seed).standard_normal(shape).astype(np.float32)
        maps[head] = torch.from_numpy(values)
    if tag == "ctdet_trainlike":
        maps["hm"] = maps["hm"] * 0.5 - 4
    task = {"pose": "multi_pose", "ddd": "ddd"}.get(tag, "ctdet")
    return maps, targets, task, LossOptions(**options)


@pytest.mark.parametrize("tag", CASES)
def test_losses_equal_the_authors(tag, reference_folder):
    maps, targets, task, options = read_case(reference_folder, tag)
    found = compute_losses([maps], targets, task, options)
    reference = np.load(reference_folder / "losses.npz")
    expected = {
        key: reference[f"{tag}/loss/{'loss' if key == 'loss' else NAMES.get(key, key) + '_loss'}"]
        for key in found
    }
    for key, value in found.items():
        print(f"{tag} {key}: {abs(value.item() / expected[key] - 1):.1e}")
        assert value.item() == pytest.approx(float(expected[key]), rel=1e-6)


def test_joints_may_have_offsets_of_their_own(reference_folder):
    maps, targets, task, options = read_case(reference_folder, "pose")
    expected = compute_losses([maps], targets, task, options)["hp_offset"]
    repeated = maps | {"hp_offset": maps["hp_offset"].repeat(1, 17, 1, 1)}
    assert compute_losses([repeated], targets, task, options)["hp_offset"] == expected
    # Offsets of the other joints do not matter for images that show noses alone.
    noses = targets | {"hp_mask": targets["hp_mask"].unflatten(1, (-1, 17)).clone()}
    noses["hp_mask"][..., 1:] = 0
    noses["hp_mask"] = noses["hp_mask"].flatten(1)
    mixed = repeated | {"hp_offset": torch.cat((maps["hp_offset"], *[maps["wh"]] * 16), 1)}
    losses = [compute_losses([m], noses, task, options)["hp_offset"] for m in (maps, mixed)]
    assert losses[0] == losses[1] != expected


def test_stacks_are_averaged(reference_folder):
    maps, targets, task, options = read_case(reference_folder, "ctdet")
    once = compute_losses([maps], targets, task, options)["loss"]
    other = {head: values / 2 for head, values in maps.items()}
    half = compute_losses([other], targets, task, options)["loss"]
    both = compute_losses([maps, other], targets, task, options)["loss"]
    assert both.item() == pytest.approx((once + half).item() / 2)


def test_paper_divides_by_objects(reference_folder):
    maps, targets, task, _ = read_case(reference_folder, "ddd")
    found = compute_losses([maps], targets, task, LossOptions(normalizer="num_objects"))
    mask = targets["rot_mask"].bool()
    flat = maps["wh"].flatten(2).transpose(1, 2)
    picked = flat[torch.arange(2)[:, None], targets["ind"]]
    expected = (picked - targets["wh"])[mask].abs().sum() / mask.sum()
    assert found["wh"].item() == pytest.approx(expected.item(), rel=1e-4)


def test_errors_of_depth_may_be_relative():
    targets = {
        "ind": torch.tensor([[3, 9, 0, 0]]),
        "reg_mask": torch.tensor([[1, 1, 0, 0]], dtype=torch.uint8),
        "box_mask": torch.tensor([[1, 1, 0, 0]], dtype=torch.uint8),
        "rot_mask": torch.tensor([[1, 1, 0, 0]], dtype=torch.uint8),
        "dep": torch.tensor([[[10.0], [40.0], [0.0], [0.0]]]),
    }
    # 11 m and 36 m, each a tenth off.
    raw = torch.zeros(1, 1, 4, 4)
    raw.view(-1)[[3, 9]] = -torch.log(torch.tensor([11.0, 36.0]))
    metres, relative = (
        compute_losses(
            [{"dep": raw}],
            targets,
            "ddd",
            LossOptions(normalizer="num_objects", relative_depth=choice),
        )
        for choice in (False, True)
    )
    assert metres["dep"].item() == pytest.approx((1 + 4) / 2, rel=1e-3)
    assert relative["dep"].item() == pytest.approx(0.1, rel=1e-3)


def test_half_precision_is_widened(reference_folder):
    maps, targets, task, options = read_case(reference_folder, "ctdet_trainlike")
    half = {head: values.bfloat16() for head, values in maps.items()}
    losses = compute_losses([half], targets, task, options)
    assert all(loss.dtype == torch.float32 for loss in losses.values())


def test_distances_are_those_of_the_box(reference_folder):
    _, targets, task, options = read_case(reference_folder, "ctdet")
    targets = {key: value[:1] for key, value in targets.items()}
    maps = {"hm": torch.zeros(1, 80, 128, 128), "ltrb": torch.zeros(1, 4, 128, 128)}
    filled = targets["reg_mask"][0].bool()
    half, offset = targets["wh"][0][filled] / 2, targets["reg"][0][filled]
    maps["ltrb"].flatten(2)[0][:, targets["ind"][0][filled]] = torch.cat(
        (half - offset, half + offset), 1
    ).T
    assert compute_losses([maps], targets, task, options)["ltrb"] < 1e-5


def test_no_objects():
    targets = {
        "hm": torch.zeros(1, 3, 8, 8),
        "ind": torch.zeros(1, 4, dtype=torch.long),
        "reg_mask": torch.zeros(1, 4, dtype=torch.uint8),
        "wh": torch.zeros(1, 4, 2),
        "reg": torch.zeros(1, 4, 2),
    }
    maps = {head: torch.randn(1, n, 8, 8) for head, n in {"hm": 3, "wh": 2, "reg": 2}.items()}
    losses = compute_losses([maps], targets, "ctdet")
    assert losses["wh"] == losses["reg"] == 0
    assert losses["loss"].isfinite()


def test_unknown_weights_are_refused():
    with pytest.raises(ValueError, match="unknown head size, expected some of: hm"):
        LossOptions(weights={"size": 1})
