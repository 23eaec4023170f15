"""Which samples an epoch takes."""

import numpy as np
import pytest

from training.data.sampler import EpochSampler


def test_processes_share_batches():
    groups = np.zeros(21)
    one = EpochSampler(groups, 4, seed=3)
    several = [EpochSampler(groups, 2, seed=3, rank=rank, processes=2) for rank in range(2)]
    for epoch in range(2):
        for sampler in (one, *several):
            sampler.epoch = epoch
        whole = list(one)
        assert len(whole) == len(one) == 5
        assert len({index for batch in whole for _, index in batch}) == 20
        parts = zip(*several)
        assert [sorted(a + b) for a, b in parts] == [sorted(batch) for batch in whole]
    assert list(one) != whole or one.epoch == 1
    with pytest.raises(ValueError, match="3 samples for a batch of 4"):
        EpochSampler(np.arange(7) // 3, 2, seed=0, processes=2)


def test_what_is_never_learned_is_said():
    sampler = EpochSampler(np.array([0] * 9 + [1] * 3 + [2]), 4, seed=0)
    assert sampler.describe_unused() == (
        "4 of 13 images are not learned: fewer than 4, a batch, have inputs of their size"
    )
    assert len(list(sampler)) == len(sampler) == 2
    assert EpochSampler(np.zeros(9), 4, seed=0).describe_unused() is None


def test_batches_hold_one_group():
    groups = np.arange(23) % 2
    sampler = EpochSampler(groups, 4, seed=3)
    batches = [[index for _, index in batch] for batch in sampler]
    assert len(batches) == len(sampler) == 5
    assert sorted(len(set(groups[batch])) for batch in batches) == [1] * 5
    assert len({index for batch in batches for index in batch}) == 20
    order = [groups[batch[0]] for batch in batches]
    assert order not in (sorted(order), sorted(order, reverse=True))
