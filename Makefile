# The Message Center. `make demo` to try it, `make check` for everything the project asks of a change.
#
# The environment .venv is made, and made anew, from pyproject.toml and constraints.txt only.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check soak bench screenshots lint types clean
.SILENT:

help:
	echo "make demo         the Message Center on a practice data set (nothing real is touched)"
	echo "make test         the tests"
	echo "make check        linter, formatter, types, import contracts, tests"
	echo "make lint, types  the linter and the import contracts; the type checker"
	echo "make soak         the long tests: kills, two notifiers, two terminals, servers that misbehave"
	echo "make bench        what a user waits for"
	echo "make screenshots  the pictures of the README, from the demonstration"
	echo "make clean        removes the environment and what tests left"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	echo "Making $(VENV) ..."
	$(PYTHON) -m venv $(VENV)

# Two stamps: the demonstration needs only what the program itself needs.
$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	echo "Installing the Message Center into $(VENV) (once) ..."
	$(PIP) --editable .
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	echo "Installing the Message Center and its tools into $(VENV) (once) ..."
	$(PIP) --editable '.[dev]'
	touch $@ $(VENV)/.run

demo: $(VENV)/.run
	$(BIN)/msgcenter demo $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

# The types are checked beside the tests, which leave a processor idle now and then; pytest's closing line stays the last.
check: lint
	$(MAKE) --no-print-directory --jobs=2 types test

soak: $(VENV)/.dev
	$(BIN)/python -m pytest -m soak $(ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

screenshots: $(VENV)/.dev
	$(BIN)/python scripts/screenshots.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
