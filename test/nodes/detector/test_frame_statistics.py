from centernet_ros.nodes.detector.frame_statistics import FrameStatistics


def test_nothing_yet():
    values = FrameStatistics().summarize()
    assert (values["received"], values["rate_hz"], values["image_age_p50_s"]) == ("0", "0.00", "")


def test_counts_ages_and_errors():
    statistics = FrameStatistics()
    statistics.count("received", 4)
    statistics.count("dropped")
    for age in (0.1, 0.2, 0.3):
        statistics.add_processed(age)
    statistics.add_failure("bad step")
    values = statistics.summarize()
    counts = [values[name] for name in ("received", "processed", "dropped", "failed")]
    assert counts == ["4", "3", "1", "1"]
    assert values["image_age_p50_s"] == "0.2000"
    assert values["image_age_p95_s"] == "0.2900"
    assert values["last_error"] == "bad step"


def test_time_without_answers_counts_from_the_first_image(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    statistics = FrameStatistics()
    now[0] = 150.0
    assert statistics.unanswered_time == 0
    statistics.count("received")
    now[0] = 157.0
    statistics.count("received")
    assert statistics.unanswered_time == 7
    statistics.add_processed(0.1)
    now[0] = 160.0
    assert statistics.unanswered_time == 3


def test_busy_is_who_has_not_ended_what_was_received():
    statistics = FrameStatistics()
    assert not statistics.is_busy
    for _ in range(3):
        statistics.count("received")
    statistics.count("dropped")
    statistics.add_failure("broken")
    assert statistics.is_busy
    statistics.add_processed(0.1)
    assert not statistics.is_busy
