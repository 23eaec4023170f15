# make setup | demo | test | lint

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCE ?=

package_files := CMakeLists.txt package.xml setup.py $(shell \
	find centernet_ros config launch msg vision_msgs -type f -not -path '*/__pycache__/*')

.PHONY: setup demo test clean

setup: $(VENV)/.package
	$(BIN)/centernet_fetch_weights

$(VENV)/.requirements: package.xml setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade "setuptools>=77"
	$(BIN)/python setup.py requirements > $(VENV)/requirements.txt
	$(BIN)/pip install --quiet --requirement $(VENV)/requirements.txt --constraint constraints.txt
	touch $@

$(VENV)/.package: $(VENV)/.requirements $(package_files)
	$(BIN)/pip install --quiet --no-build-isolation --no-deps --force-reinstall .
	touch $@

demo: setup
	$(BIN)/centernet_demo $(SOURCE)

test: setup
	$(BIN)/pytest --numprocesses auto --dist worksteal

clean:
	rm -rf $(VENV) build demo
