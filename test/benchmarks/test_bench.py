from benchmarks.bench import format_rows


def test_table_has_a_column_for_each_field_and_leaves_unknown_values_empty():
    rows = [
        {"node": "echo", "median_latency": 1.23456, "latency_over_network": None},
        {"node": "detector", "median_latency": 1234.5678, "latency_over_network": 0.5},
    ]
    headers, _, echo, detector = format_rows(rows).splitlines()
    assert headers.split("  ")[0] == "node"
    assert "median latency" in headers
    assert echo.split() == ["echo", "1.235"]
    assert detector.split() == ["detector", "1235", "0.5"]
