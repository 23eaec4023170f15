import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from centernet_ros.io.errors import DataError
from training.data.joint_loader import JointLoader
from training.data.sampler import EpochSampler


class Places(torch.utils.data.Dataset):
    """Gives back which epoch and index was asked for."""

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, place):
        return {"place": torch.tensor(place)}


def make_loader(counts, batch_size=2):
    samplers = {
        task: EpochSampler(np.zeros(count), batch_size, 1) for task, count in counts.items()
    }
    loaders = {
        task: DataLoader(Places(count), batch_sampler=samplers[task])
        for task, count in counts.items()
    }
    return JointLoader(loaders, samplers)


def list_places(loader, task):
    return [tuple(place.tolist()) for batches in loader for place in batches[task]["place"]]


def test_an_epoch_is_as_long_as_the_most_data():
    loader = make_loader({"ctdet": 10, "ddd": 4})
    assert len(loader) == len(list(loader)) == 5
    assert {index for _, index in list_places(loader, "ctdet")} == set(range(10))


def test_other_data_begin_anew_in_another_order():
    loader = make_loader({"ctdet": 10, "ddd": 4})
    places = list_places(loader, "ddd")
    loader.epoch = 1
    places += list_places(loader, "ddd")
    of_passes = {}
    for epoch, index in places:
        of_passes.setdefault(epoch, []).append(index)
    assert list(of_passes) == [0, 1, 2, 3, 4, 5]
    assert all(sorted(i) == [0, 1, 2, 3] for e, i in of_passes.items() if e not in (2, 5))
    assert len({tuple(indices) for indices in of_passes.values()}) > 2


def test_one_task_has_the_epochs_of_its_sampler():
    loader = make_loader({"ctdet": 4})
    loader.epoch = 7
    assert {epoch for epoch, _ in list_places(loader, "ctdet")} == {7}


class Broken(Places):
    """Has an image that does not decode."""

    def __getitem__(self, place):
        raise DataError("b.png: does not decode, expected an image")


def test_what_a_loading_process_meets_is_one_line():
    sampler = EpochSampler(np.zeros(2), 2, seed=1)
    data = DataLoader(Broken(2), batch_sampler=sampler, num_workers=1)
    with pytest.raises(DataError, match=r"^b\.png: does not decode, expected an image$"):
        list(JointLoader({"ctdet": data}, {"ctdet": sampler}))
