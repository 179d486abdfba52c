# `make` alone lists the targets.
PYTHON ?= python3
PROCESSES ?= 2
ARGS ?=

.PHONY: help serve test check bench format lock openapi javascript serving developing

help:
	@echo 'make serve       make .venv if it is missing or outdated, then serve; Ctrl-C ends it'
	@echo 'make test        run the tests; with ARGS="-k name" some of them; PROCESSES=0 in one process'
	@echo 'make check       linters, types, imports and locks: what CI runs'
	@echo 'make bench       measure how fast it is; ARGS=--help says what can be chosen'
	@echo 'make format      format the code, and mend what the linter can mend'
	@echo 'make openapi     write docs/openapi.json anew'
	@echo 'make lock        write requirements/ anew from pyproject.toml; ARGS=--upgrade takes newer releases'
	@echo 'make javascript  install the tools with which tests/contract reads the API as JavaScript does'
	@echo
	@echo 'Another Python than python3: make serve PYTHON=python3.12'

serve: serving
	@exec .venv/bin/pydotorg serve $(ARGS)

test: developing
	@exec .venv/bin/pytest -n $(PROCESSES) $(ARGS)

check: developing
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/python scripts/locks.py check

bench: developing
	@exec .venv/bin/python -m benchmarks $(ARGS)

format: developing
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

lock: developing
	@.venv/bin/python scripts/locks.py make $(ARGS)

openapi: developing
	@.venv/bin/pydotorg openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json

javascript:
	@cd tests/contract && npm ci

serving:
	@$(PYTHON) scripts/environment.py serve

developing:
	@$(PYTHON) scripts/environment.py dev
