# make setup | demo | demo-3d | bench | test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCE ?=

# What the build copies; the Python modules are used where they are.
package_files := CMakeLists.txt package.xml setup.py $(shell \
	find config launch msg vision_msgs -type f -not -path '*/__pycache__/*')

.PHONY: setup demo demo-3d bench test clean

setup: $(VENV)/.package
	$(BIN)/centernet_fetch_weights

$(VENV)/.requirements: package.xml setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade "setuptools>=77"
	$(BIN)/python setup.py requirements > $(VENV)/requirements.txt
	$(BIN)/pip install --quiet --requirement $(VENV)/requirements.txt --constraint constraints.txt
	touch $@

$(VENV)/.package: $(VENV)/.requirements $(package_files)
	$(BIN)/pip install --quiet --no-build-isolation --no-deps --force-reinstall --editable .
	touch $@

demo: setup
	$(BIN)/centernet_demo $(SOURCE)

demo-3d: setup demo-3d/.drive
	$(BIN)/centernet_evaluate demo-3d/drive/training --models scenes_mobilenetv3 --output demo-3d \
		--report --video

# Kept until what makes it changes. Training uses other seeds, so that nothing in it has been seen.
demo-3d/.drive: Makefile $(wildcard training/make_scenes.py training/scenes/*.py) | $(VENV)/.package
	rm -rf demo-3d/drive
	$(BIN)/python training/make_scenes.py --output demo-3d/drive --drive --frames 250 --seed 15
	touch $@

bench: setup
	$(BIN)/python benchmarks/bench.py frames --json bench.json

test: setup
	$(BIN)/pytest --numprocesses auto --dist worksteal

clean:
	rm -rf $(VENV) build demo demo-3d
