# The two that matter: `make run` serves the catalogue, `make test` checks everything. Both install what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check --require-hashes

.PHONY: install run test check pytest-sqlite pytest-postgres pytest-browser bench contract fuzz messages format lock clean

# What the running catalogue reads of the translations.
TEXTS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

install: $(VENV)/installed $(TEXTS)
	@:

run: install
	@exec $(BIN)/python -m catalogue

test: check pytest-sqlite pytest-postgres pytest-browser

check: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	READ_ACCESS=login DEBUG=false SECURE_SSL=true SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_hex(50))") \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

# Tests in their order: those that empty the database come last in each worker, so none may be handed on.
pytest-sqlite: $(VENV)/installed-dev $(TEXTS)
	$(BIN)/python -m pytest --numprocesses auto --ignore tests/browser

# Once is enough for tests that ask no database for anything, for those of screens (tests/conftest.py), and for
# those that start a catalogue of their own: of the start, and in a browser.
pytest-postgres: $(VENV)/installed-dev $(TEXTS)
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest --numprocesses auto --ignore tests/browser \
		--ignore tests/test_start.py --ignore-glob='*/test_documents_*'

# In runs of their own: a browser at work keeps Django from using the database in the same process.
pytest-browser: $(VENV)/installed-dev $(TEXTS)
	$(BIN)/python -m pytest tests/browser --numprocesses auto

# DOCUMENTS=1000 make bench takes a tenth of the time.
bench: $(VENV)/installed-bench
	$(BIN)/python -m tests.benchmarks.loading $${DOCUMENTS:-10000}
	$(BIN)/python -m tests.benchmarks.admin $${DOCUMENTS:-10000}
	$(BIN)/python -m tests.benchmarks.api $${DOCUMENTS:-10000}

# After the API has changed: asks it for examples anew, and keeps its description for the tests. With RELEASE=1,
# what it now promises is what it will be held to.
contract: $(VENV)/installed-dev
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tests.contract

# Ten minutes of requests that nobody thought of; EXAMPLES=80 make fuzz takes one.
fuzz: $(VENV)/installed-dev $(TEXTS)
	FUZZ_EXAMPLES=$${EXAMPLES:-800} $(BIN)/python -m pytest --numprocesses auto tests/test_api_fuzz.py

# After texts have changed: brings locale/ up to date, where each new one awaits its translation.
messages: $(VENV)/installed
	$(BIN)/python -m catalogue.translations update
	@$(MAKE) --no-print-directory install

locale/%.mo: locale/%.po | $(VENV)/installed
	@$(BIN)/python -m catalogue.translations compile

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Pins every dependency of pyproject.toml, with hashes, for all platforms and Pythons that are supported.
COMPILE = $(VENV)/tools/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

lock: $(BIN)/python
	@test -x $(VENV)/tools/bin/uv || { $(PYTHON) -m venv $(VENV)/tools && $(VENV)/tools/bin/python -m pip install --quiet uv; }
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group bench --constraints requirements-dev.txt --output-file requirements-bench.txt

# The stamps are renewed when a lock file is newer, or the Python that the environment stands on.
$(VENV)/installed: requirements.txt $(BIN)/python
	@echo "Installing the requirements into $(VENV) ..."
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) --requirement requirements-dev.txt
	@touch $@

$(VENV)/installed-bench: requirements-bench.txt $(VENV)/installed-dev
	@echo "Installing what the benchmarks need into $(VENV) ..."
	@$(PIP) --requirement requirements-bench.txt
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or say where it is: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "$$($(PYTHON) --version) is too old. Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { echo "This Python has no venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
