# `make run` and `make test` are all a new user needs; the rest is for those who stay.

PY ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
python = .venv/bin/python

.PHONY: run test editor format lock clean bench bench-data

run: .venv/runtime
	@PORT=$(PORT) HOST=$(HOST) $(python) manage.py serve

test: .venv/dev
	@$(python) -m tests $(TESTS)

# N invented incidents in the database of DATABASE_URL.
N ?= 10000
bench-data: .venv/runtime
	@$(python) -m tests.bench.data $(N)

bench: .venv/dev
	@$(python) -m tests.bench.run

editor: .venv/runtime
	@$(python) manage.py migrate --verbosity 0
	@$(python) manage.py make_editor

format: .venv/dev
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .
	@git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 5.2

.venv/bin/python:
	@command -v $(PY) >/dev/null || { echo "Python is missing. Install Python 3.11 or newer: apt install python3 python3-venv"; exit 1; }
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This Python is too old. Install Python 3.11 or newer and name it: make run PY=python3.12"; exit 1; }
	@$(PY) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing. Install it: apt install python3-venv"; exit 1; }
	@$(PY) -m venv .venv

# The development lock holds everything the runtime lock holds, at the same versions: once it is
# installed, the runtime need not be.
.venv/runtime: requirements/runtime.lock | .venv/bin/python
	@echo "Installing what the tracker needs; this takes half a minute."
	@$(python) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

.venv/dev: requirements/dev.lock | .venv/bin/python
	@echo "Installing what the tests need; this takes half a minute."
	@$(python) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@ .venv/runtime

compile = /uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header
lock:
	@d=$$(mktemp -d) && $(PY) -m venv $$d/uv && $$d/uv/bin/pip install --quiet uv \
	&& $$d$(compile) pyproject.toml -o requirements/runtime.lock \
	&& $$d$(compile) pyproject.toml --extra dev -o requirements/dev.lock && rm -r $$d
	@! grep -nE '://|index-url|find-links' requirements/*.lock

clean:
	rm -rf .venv var/static
