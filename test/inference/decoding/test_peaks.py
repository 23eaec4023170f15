import pytest
import torch

from centernet_ros.inference.decoding.peaks import (
    find_channel_peaks,
    find_peaks,
    find_peaks_above_bound,
    find_peaks_everywhere,
    suppress_non_peaks,
)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_best_of_all_channels(memory_format):
    generator = torch.Generator().manual_seed(0)
    heatmap = torch.rand((2, 7, 20, 30), generator=generator)
    # Channels that peak at one place, so that places and peaks are not the same.
    heatmap[:, :, 9, 9] = 1 + torch.arange(7) / 100
    peaks = find_peaks(heatmap.contiguous(memory_format=memory_format), 50)
    expected = suppress_non_peaks(heatmap).flatten(1).sort(descending=True)
    assert torch.equal(peaks.scores, expected.values[:, :50])
    assert torch.equal((peaks.labels * 20 + peaks.ys) * 30 + peaks.xs, expected.indices[:, :50])


def test_best_of_each_channel():
    heatmap = torch.rand((2, 3, 8, 9), generator=torch.Generator().manual_seed(0))
    peaks = find_channel_peaks(heatmap, 5)
    for channel in range(3):
        alone = find_peaks(heatmap[:, channel : channel + 1], 5)
        rows = slice(5 * channel, 5 * channel + 5)
        assert torch.equal(peaks.scores[:, rows], alone.scores)
        assert torch.equal(peaks.ys[:, rows], alone.ys)
        assert torch.equal(peaks.xs[:, rows], alone.xs)
        assert torch.all(peaks.labels[:, rows] == channel)


def test_reach():
    heatmap = torch.zeros(1, 1, 6, 9)
    heatmap[..., 2, 2] = 0.5
    heatmap[..., 4, 4] = 0.4
    heatmap[..., 4, 7] = 0.3
    assert find_peaks(heatmap, 3).scores[0].tolist() == pytest.approx([0.5, 0.4, 0.3])
    assert find_peaks(heatmap, 3, reach=2).scores[0].tolist() == pytest.approx([0.5, 0.3, 0.0])


def test_plateaus_stay():
    heatmap = torch.zeros(1, 1, 6, 6)
    heatmap[..., 2:4, 3] = 0.5
    heatmap[..., 5, 5] = 0.2
    assert find_peaks(heatmap, 4).scores[0].tolist() == pytest.approx([0.5, 0.5, 0.2, 0.0])


@pytest.mark.parametrize("reach", [1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_short_way_equals_everywhere(reach, seed):
    """Also smooth maps, whose highest values crowd together, and either memory format."""
    heatmap = torch.rand((2, 9, 41, 38), generator=torch.Generator().manual_seed(seed))
    if seed % 2:
        heatmap = torch.nn.functional.avg_pool2d(heatmap, 3, 1, 1)
    if seed > 2:
        heatmap = heatmap.contiguous(memory_format=torch.channels_last)
    found = find_peaks_above_bound(heatmap, 30, reach)
    assert found is not None
    for values, expected in zip(found, find_peaks_everywhere(heatmap, 30, reach)):
        assert torch.equal(values, expected)


def sort_peaks(peaks, image):
    """Rows of score, label, y and x in an order that does not depend on which come first."""
    return sorted(zip(*(values[image].tolist() for values in peaks)))


@pytest.mark.parametrize("seed", range(4))
def test_short_way_with_equal_neighbours(seed):
    """Few levels, so that there are plateaus; the count ends between two levels."""
    generator = torch.Generator().manual_seed(seed)
    heatmap = (torch.rand((1, 4, 40, 50), generator=generator) ** 8 * 40).round() / 40
    every = suppress_non_peaks(heatmap).flatten().sort(descending=True).values
    count = next(i for i in range(10, 200) if every[i] < every[i - 1])
    found = find_peaks_above_bound(heatmap, count)
    assert found is not None
    assert len(set(found.scores[0].tolist())) < count
    expected = find_peaks_everywhere(heatmap, count)
    assert sort_peaks(found, 0) == sort_peaks(expected, 0)


def test_short_way_gives_up():
    """Too few peaks, or as many candidates as in a map that is the same everywhere."""
    generator = torch.Generator().manual_seed(0)
    assert find_peaks_above_bound(torch.rand((1, 2, 6, 6), generator=generator), 30) is None
    assert find_peaks_above_bound(torch.full((1, 2, 20, 20), 0.5), 30) is None
    assert find_peaks_above_bound(torch.full((1, 2, 20, 20), torch.nan), 30) is None
    assert len(find_peaks(torch.full((1, 2, 20, 20), 0.5), 30).scores[0]) == 30
