import pytest
import torch

from centernet_ros.decoding.peaks import (
    find_channel_peaks,
    find_peaks,
    find_peaks_everywhere,
    find_peaks_of_blocks,
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
@pytest.mark.parametrize("seed", range(5))
def test_blocks_equal_everywhere(reach, seed):
    """Also on borders that cut blocks; smooth maps, whose highest values crowd together."""
    heatmap = torch.rand((2, 9, 41, 38), generator=torch.Generator().manual_seed(seed))
    if seed % 2:
        heatmap = torch.nn.functional.avg_pool2d(heatmap, 3, 1, 1)
    found = find_peaks_of_blocks(heatmap, 30, reach)
    assert found is not None
    for values, expected in zip(found, find_peaks_everywhere(heatmap, 30, reach)):
        assert torch.equal(values, expected)


def test_blocks_give_up_where_neighbours_are_equal():
    heatmap = torch.rand((1, 3, 20, 20), generator=torch.Generator().manual_seed(0))
    assert find_peaks_of_blocks(heatmap, 5) is not None
    heatmap[0, 1, 6, 6:8] = 1.0
    assert find_peaks_of_blocks(heatmap, 5) is None
    assert find_peaks(heatmap, 5).xs[0, :2].tolist() == [6, 7]
