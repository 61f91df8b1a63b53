# `make run` and `make test` are all a new user needs; `make help` lists the rest.

PY ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
python = .venv/bin/python

.PHONY: run test help dev check hostile editor format messages cases lock bench bench-data clean

run: .venv/runtime ## serve the tracker; loads the three cases into an empty database
	@PORT=$(PORT) HOST=$(HOST) $(python) manage.py serve

test: .venv/dev ## every check and test, on SQLite and PostgreSQL; TESTS="tests/test_rules.py -k merge" runs some
	@$(python) -m tests $(TESTS)

help: ## list these targets
	@awk -F ' ## ' '/^[a-z-]+:.* ## / { sub(":.*", "", $$1); printf "make %-12s%s\n", $$1, $$2 }' Makefile

dev: .venv/dev ## serve the tracker for work on the code: reloads, and shows errors as debug pages
	@DEBUG=1 PORT=$(PORT) HOST=$(HOST) $(python) manage.py serve --reload

check: .venv/dev ## format, lint, types, templates, migrations and the quick tests, before every commit
	@$(python) -m tests --quick $(TESTS)

hostile: .venv/dev ## the tests of contention, faults and attack in their long form, on both engines
	@HOSTILE=$${HOSTILE:-10} $(python) -m tests tests/hostile

editor: .venv/runtime ## create an account for the editing desk
	@$(python) manage.py migrate --verbosity 0
	@$(python) manage.py make_editor

format: .venv/dev ## format the code and the templates, and correct what the linter can
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .
	@git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 5.2

messages: .venv/runtime ## bring the catalogues under locale/ up to date with the code; needs GNU gettext
	@command -v xgettext >/dev/null || { echo "GNU gettext is missing. Install it: apt install gettext"; exit 1; }
	@$(python) manage.py makemessages

cases: .venv/runtime ## rewrite fixtures/zoom_2020.json from the database
	@$(python) manage.py migrate --verbosity 0
	@$(python) manage.py export_fixture "platform=zoom&from=2020&to=2020" -o fixtures/zoom_2020.json

lock: ## renew the versions in requirements/
	@d=$$(mktemp -d) && $(PY) -m venv $$d/uv && $$d/uv/bin/pip install --quiet uv \
	&& $$d$(compile) pyproject.toml -o requirements/runtime.lock \
	&& $$d$(compile) pyproject.toml --extra dev -o requirements/dev.lock && rm -r $$d
	@! grep -nE '://|index-url|find-links' requirements/*.lock

bench: .venv/dev ## measure the server, and write docs/benchmarks.md
	@$(python) -m tests.bench.run

N ?= 10000
bench-data: .venv/runtime ## add N=10000 invented incidents to the database of DATABASE_URL
	@$(python) -m tests.bench.data $(N)

clean: ## remove what was installed and collected; data stay
	rm -rf .venv var/static

compile = /uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header

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
