import signal
import subprocess
import sys

import pytest

SIGNAL_TO_ITSELF = "import os, signal; os.kill(os.getpid(), signal.SIGINT)\n"


@pytest.mark.parametrize(
    ("module", "status", "said"),
    [
        (f"{SIGNAL_TO_ITSELF}def main(): return 0", -signal.SIGINT, ""),
        (
            f"def main():\n try:\n  {SIGNAL_TO_ITSELF} except KeyboardInterrupt:\n"
            "  print('stopped')\n  return 130",
            130,
            "stopped\n",
        ),
        ("def main(): return 7", 7, ""),
    ],
    ids=["while importing", "in main", "undisturbed"],
)
def test_ctrl_c_leaves_no_traceback(tmp_path, module, status, said):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "command.py").write_text(module)
    program = (
        f"import sys, signal; sys.path.insert(0, {str(tmp_path)!r})\n"
        # Tests may run in the background, where shells have the signal ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from centernet_ros.start import Executable\n"
        "sys.exit(Executable('package').command())"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (status, said, "")


def test_ignored_signal_stays_ignored(tmp_path):
    (tmp_path / "command.py").write_text(f"{SIGNAL_TO_ITSELF}def main(): return 5")
    program = (
        f"import sys, signal; sys.path.insert(0, {str(tmp_path)!r})\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from centernet_ros.start import Executable\n"
        "sys.exit(Executable('command')())"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 5
