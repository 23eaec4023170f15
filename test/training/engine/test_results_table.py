from training.engine.results_plot import find_curves, plot_results
from training.engine.results_table import add_results, read_results


def test_figures_come_later_than_losses(tmp_path):
    add_results(tmp_path, 1, {"loss": 2.0})
    add_results(tmp_path, 2, {"loss": 1.0})
    add_results(tmp_path, 2, {"AP": 0.5})
    text = (tmp_path / "results.csv").read_text()
    assert text.splitlines() == ["epoch,loss,AP", "1,2,", "2,1,0.5"]
    assert read_results(tmp_path)[1] == {"epoch": "2", "loss": "1", "AP": "0.5"}


def test_a_resumed_run_replaces_what_it_repeats(tmp_path):
    for epoch in (1, 2, 3):
        add_results(tmp_path, epoch, {"loss": epoch})
    add_results(tmp_path, 2, {"loss": 9})
    rows = read_results(tmp_path)
    assert [(row["epoch"], row["loss"]) for row in rows] == [("1", "1"), ("2", "9")]


def test_curves_leave_out_what_there_is_none_of(tmp_path):
    add_results(tmp_path, 1, {"loss": 3.5, "seconds": 4, "AP": 0.25, "AP_large": -1})
    rows = read_results(tmp_path)
    assert find_curves(rows) == {"loss": [(1, 3.5)], "AP": [(1, 0.25)]}
    plot_results(tmp_path, rows)
    assert (tmp_path / "results.png").read_bytes().startswith(b"\x89PNG")
