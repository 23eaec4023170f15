# `make help` lists the targets.

PYTHON ?= python3
# Another distribution's wheels, in an environment of their own: make test ROS=jazzy
ROS ?=
export ROS
VENV := .venv$(addprefix -,$(ROS))
BIN := $(VENV)/bin
SOURCE ?=
# More options of benchmarks/gpu.py.
BENCH ?=

# What the build copies; the Python modules are used where they are.
package_files := CMakeLists.txt package.xml setup.py $(shell \
	find config launch msg vision_msgs -type f -not -path '*/__pycache__/*')

# Tests run on all processors.
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
# Of another distribution, what depends on ROS.
TESTS := $(if $(ROS),test/conversions test/nodes test/replay test/test_interfaces.py test/test_package.py)

.PHONY: setup demo demo-3d bench bench-gpu docs lint test test-fast coverage clean help

setup: $(VENV)/.package  ## Install everything into .venv and fetch the published weights.
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

demo: setup  ## Play a video (SOURCE=FILE) through the detector and leave the results in demo/.
	$(BIN)/centernet_demo $(SOURCE)

ifeq ($(SOURCE),)
demo-3d: setup demo-3d/.drive  ## Play a rendered drive, or one of KITTI (SOURCE=FOLDER), in 3D.
	$(BIN)/centernet_evaluate demo-3d/drive/training --models scenes_mobilenetv3 --output demo-3d \
		--report --video
else
demo-3d: setup
	$(BIN)/centernet_evaluate $(SOURCE) --models kitti_mobilenetv3 --output demo-3d --report --video
endif

# Kept until what makes it changes. Training uses other seeds, so that nothing in it has been seen.
demo-3d/.drive: Makefile $(wildcard training/make_scenes.py training/scenes/*.py) | $(VENV)/.package
	rm -rf demo-3d/drive
	$(BIN)/python training/make_scenes.py --output demo-3d/drive --drive --frames 250 --seed 15
	touch $@

bench: setup  ## Measure single frames against the authors' pipeline.
	$(BIN)/python benchmarks/bench.py frames --json bench.json

# Keeps the PyTorch that PYTHON has, which fits its GPU.
bench-gpu:  ## Measure a GPU and run its tests, without ROS, with the PyTorch that PYTHON has.
	@$(PYTHON) -c "import torch" || { echo "$(PYTHON) has no PyTorch, expected one that fits the GPU"; exit 1; }
	$(PYTHON) -m venv --system-site-packages .venv-gpu
	.venv-gpu/bin/pip install --quiet "setuptools>=77"
	.venv-gpu/bin/python setup.py requirements --without-ros > .venv-gpu/requirements.txt
	.venv-gpu/bin/pip install --quiet --requirement .venv-gpu/requirements.txt
	PYTHONPATH=. .venv-gpu/bin/python benchmarks/gpu.py --json gpu.json $(BENCH)
	PYTHONPATH=. .venv-gpu/bin/python -m pytest -k cuda test/models test/inference

docs: setup  ## Build the documentation as a site in build/site.
	NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --quiet

lint: $(VENV)/.package  ## Check style, format, types and the layers of imports.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup  ## Run all tests, the ones of `make lint` among them; with ROS=jazzy those of ROS.
	$(PYTEST) $(TESTS)

test-fast: $(VENV)/.package  ## Run the tests that neither start processes nor take long.
	$(PYTEST) -m "not process and not slow"

coverage: setup  ## Run all tests and write which lines they reach to build/coverage/index.html.
	$(PYTEST) --cov --cov-report=html:build/coverage --cov-report=term:skip-covered

clean:  ## Remove everything that the targets made.
	rm -rf .venv* build demo demo-3d

help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
