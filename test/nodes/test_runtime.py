import subprocess
import sys

import pytest

from centernet_ros.nodes.common import runtime

OLD, NEW = "FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE"


@pytest.mark.parametrize(
    ("library", "variable"), [("libfastrtps.so.2.14", OLD), ("libfastdds.so.3.2", NEW)]
)
def test_the_profile_is_named_as_this_fast_dds_wants(monkeypatch, tmp_path, library, variable):
    """Whatever ROS_DISTRO says, which is not set where the wheels are used."""
    environment: dict[str, str] = {}
    monkeypatch.setattr(runtime.os, "environ", environment)
    share = tmp_path / "share/rmw_fastrtps_cpp"
    share.mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / library).touch()
    monkeypatch.setattr(runtime, "share_folder", lambda *_: share)
    runtime.use_large_image_transport()
    assert list(environment) == [variable]


def test_a_signal_within_code_from_text_is_no_failure(tmp_path):
    """Python would report the signal as the status of a module that it runs, even if caught."""
    code = """
import os, signal, sys
from centernet_ros.nodes.common.runtime import run_node
def create():
    exec("while True: os.kill(os.getpid(), signal.SIGINT)")
sys.exit(run_node(create, is_long_start=True))
"""
    (tmp_path / "interrupted_node.py").write_text(code)
    command = [sys.executable, "-m", "interrupted_node"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
