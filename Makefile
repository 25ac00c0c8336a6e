# Two commands do everything: `make run` and `make test`. The rest is for whoever works on it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard locales/*/LC_MESSAGES/*.po)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run demo test check bench proofs package wheel lock words form pictures clean browser

run: $(VENV)/.installed
	@$(BIN)/intake-app run

demo: $(VENV)/.installed
	@$(BIN)/intake-app demo

test: $(VENV)/.installed-dev browser
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --cov --cov-report=term tests

check: $(VENV)/.installed-dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/mypy

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks

# Every line of the table of proofs at full size, about an hour on two cores; writes docs/proofs.md.
# Two of them need a C compiler; without one they are left out, and it says so.
proofs: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.proofs --report docs/proofs.md

wheel: $(VENV)/.installed-dev
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

package: $(VENV)/.installed-dev
	@$(BIN)/python -m PyInstaller --noconfirm --log-level WARN build.spec
	@dist/intake-app/intake-app selftest

# The interview, compiled for the tablet, from its XLSForm and the catalogues of its words.
form: $(VENV)/.installed
	@$(BIN)/intake-app form compile assets/questionnaire/screening.csv

# Gather the sentences of the program into the catalogues, keeping what is translated.
words: $(VENV)/.installed-dev
	@$(BIN)/python -m intake_app.authoring.catalogues

# The pictures of the README, taken from the app as it is.
pictures: $(VENV)/.installed-dev browser
	@$(BIN)/python -m tests.e2e.pictures

lock: $(VENV)/.installed-dev
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --custom-compile-command "make lock" --extra authoring --group build \
	  --quiet --output-file requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --custom-compile-command "make lock" --extra authoring --extra dev \
	  --extra bench --group build --constraint requirements.lock \
	  --quiet --output-file requirements-dev.lock

clean:
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# An environment of its own in the checkout; hashes are checked, nothing unlocked comes in.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install it: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This needs Python 3.11 or later; $(PYTHON) is older. Try: make PYTHON=python3.13 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing. Install it: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml hatch_build.py $(CATALOGUES) | $(BIN)/python
	@echo "Setting up (the first time takes a minute) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Setting up what the tests need ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# The browser tests use the system's Chromium or Chrome.
browser:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
	  command -v $$name >/dev/null && exit 0; done; \
	if ! command -v apt-get >/dev/null; then echo "No Chromium here: the browser tests are skipped. Install chromium."; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then become=; elif sudo -n true 2>/dev/null; then become="sudo -n"; \
	else echo "No Chromium here: the browser tests are skipped. Install it: apt install chromium"; exit 0; fi; \
	echo "Installing Chromium for the browser tests ..."; \
	$$become apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$become apt-get install -y -qq chromium >/dev/null \
	|| echo "Chromium could not be installed: the browser tests are skipped. Install it: apt install chromium"
