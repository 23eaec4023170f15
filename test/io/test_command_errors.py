import sys

import pytest

from centernet_ros.io.command_errors import INTERRUPTED, report_errors


class UnlikeError(Exception):
    """An error that is no ValueError."""


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("a.txt: empty, expected labels"), "a.txt: empty, expected labels"),
        (UnlikeError("no node answers"), "no node answers"),
        (NotADirectoryError(20, "Not a directory", "a/b"), "a/b: not a directory"),
        (OSError(28, "No space left on device"), "no space left on device"),
    ],
)
def test_errors_become_one_line(error, line, capsys, monkeypatch):
    @report_errors(UnlikeError)
    def main():
        raise error

    monkeypatch.setattr(sys, "argv", ["folder/some_command.py"])
    assert main() == 1
    assert capsys.readouterr().err == f"some_command.py: {line}\n"


def test_ctrl_c_has_the_status_that_shells_expect(capsys):
    @report_errors()
    def main():
        raise KeyboardInterrupt

    assert main() == INTERRUPTED
    assert capsys.readouterr().err.endswith(": stopped\n")


def test_arguments_and_status_are_passed_on_and_faults_of_the_command_are_not_hidden():
    @report_errors()
    def main(status):
        return 1 // status

    assert main(1) == 1
    with pytest.raises(ZeroDivisionError):
        main(0)
