# make run: try the program. make test: run every test. Both install what is missing first.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
BIND ?= 127.0.0.1:8000
COLLECTED := $(or $(VAR_DIR),var)/static/.collected

export DJANGO_SETTINGS_MODULE := smartphone_support.settings

.PHONY: install run test check messages lock clean

install: $(VENV)/.installed

# The stamp is newer than the lock: nothing to install.
$(VENV)/.installed: requirements-dev.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# Collecting hashes and compresses every file, half a minute of work: only when one of them is newer.
$(COLLECTED): $(VENV)/.installed smartphone_support/settings.py smartphone_support/web/finders.py $(shell find static -type f)
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@touch $@

run: install $(COLLECTED)
	@DEMO=1 $(PY) manage.py migrate --verbosity 0
	@DEMO=1 $(PY) manage.py createcachetable --verbosity 0
	@DEMO=1 $(PY) manage.py demo --if-empty
	@DEMO=1 BIND=$(BIND) $(PY) manage.py serve --bind $(BIND)

test: install
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

check: install
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djade --check $$(git ls-files 'templates/*.html')
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING
	$(PY) manage.py check_messages

# Needs gettext. Collects new texts into locale/vi and compiles the catalogue.
messages: install
	$(PY) manage.py makemessages -l vi --no-location --no-wrap --ignore .venv --ignore var --ignore tests
	$(PY) manage.py compilemessages -l vi

# Needs uv. Writes lock files without any address in them.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-dev.txt

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis
