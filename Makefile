# Doorstep. `make run` tries it, `make start` runs it, `make test` and `make check` prove it, `make bench` measures it.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
WORKERS ?= 4
CHECKS := check-types check-talks check-imports check-dead check-style

.PHONY: help run start test check $(CHECKS) bench format requirements clean

help: ## Show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/.runs ## Try the whole product with the sandbox: no account, no setting (SHOP=shopify, SHOP=woocommerce: with a store there)
	@$(BIN)/python -m bots.run $(SHOP)

start: .venv/.runs ## What production runs, settings from the environment
	@$(BIN)/python -m bots.start

test: .venv/.develops ## The whole suite, by several processes (WORKERS=0: by one, as pytest alone does it)
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

check: .venv/.develops ## Lint, types, import rules, dead code, flow lint, two at a time
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target $(CHECKS)

# The longest first; each by itself too.
check-types:
	$(BIN)/mypy
check-talks:
	$(BIN)/doorstep flows test --min 100
check-imports:
	$(BIN)/lint-imports --no-cache
check-dead:
	$(BIN)/vulture
check-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/doorstep flows lint

bench: .venv/.develops ## Measure speed and size (QUICK=1: in a few minutes)
	@$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

format: .venv/.develops ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

requirements: .venv/.develops ## Compile the pins from pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra dev \
	  pyproject.toml -c requirements.txt -o requirements-dev.txt

clean: ## Remove the environment and caches (data in var/ stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Doorstep needs Python 3.11 or newer; say where it is: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python has no venv here; on Debian: apt-get install python3-venv"; exit 1; }

.venv/.runs: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Setting up (once, about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.develops: requirements-dev.txt .venv/.runs
	@echo "Setting up the tools …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
