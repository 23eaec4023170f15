"""What the documentation names exists: files, headings, the paper's functions, commands."""

import subprocess
import sys

import pytest
from document_checks import ROOT, find_bad_commands, find_bad_links, find_bad_names

PAPER = ROOT / "docs/paper.md"
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    bad = [*find_bad_links(document)]
    assert not bad, "\n".join([f"{document.name}:", *bad])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_exist(document):
    bad = [*find_bad_commands(document)]
    assert not bad, "\n".join([f"{document.name}:", *bad])


def test_the_papers_map_names_what_files_define():
    bad = [*find_bad_names(PAPER)]
    assert not bad, "\n".join([f"{PAPER.name}:", *bad])


def test_what_does_not_exist_is_named_with_its_line(tmp_path):
    focal = ROOT / "training/losses/focal.py"
    document = tmp_path / "document.md"
    document.write_text(
        f"""# One heading
[here](#one-heading) [there](#another) [nowhere](missing.md)
| equation 1 | [focal.py]({focal}) `focal_loss` `huber_loss` | |
| equation 2 | [focal.py]({focal}) | |
`training/missing.py` `missing.yaml` `test/test_docs.py::test_missing` `training/train_NAME.py`
```
python training/train_coco.py --data coco \\
    --missing 1
centernet_missing; centernet_detect
make missing
ros2 launch centernet_ros missing.launch.py
from training.losses import missing
```
"""
    )
    assert [*find_bad_links(document)] == [
        "line 2: document.md has no heading #another",
        "line 2: missing.md does not exist",
    ]
    assert [*find_bad_names(document)] == [
        "line 3: training/losses/focal.py does not define huber_loss",
        "line 4: nothing of training/losses/focal.py is named",
    ]
    assert [*find_bad_commands(document)] == [
        "line 5: training/missing.py does not exist",
        "line 5: no file is called missing.yaml",
        "line 5: test/test_docs.py has no test test_missing",
        "line 6: no file is called missing.launch.py",
        "line 6: CMakeLists.txt installs no executable missing",
        "line 6: launch/missing.launch.py does not exist",
        "line 6: the Makefile has no target missing",
        "line 6: no command has an option --missing",
        "line 6: training.losses has no missing",
    ]


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path):
    """MkDocs is strict: a dead link or an unknown name of the Python reference ends it."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    parameters = (tmp_path / "reference/parameters/index.html").read_text()
    assert "confidence_threshold" in parameters
    assert "centernet_evaluate" in (tmp_path / "reference/commands/index.html").read_text()
    assert "predict_tasks" in (tmp_path / "python/index.html").read_text()
    assert (tmp_path / "images/outputs.jpg").is_file()


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150
