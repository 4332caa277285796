# The commands a newcomer needs. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

BANK ?= demo
DELIVERY ?=
SIZE ?= full
TESTS ?= tests
CUSTOMERS ?= 5000
MONTHS ?= 24
# Each bank has a home of its own, so that trying another does not mix their customers.
HOME_OF_BANK := $(if $(GUANXI_HOME),$(GUANXI_HOME),$(if $(filter demo,$(BANK)),var,var/$(BANK)))

.PHONY: help start test test-spark check bench environment tools clean

help: ## what each command does
	@echo "Guanxi 关系: a bank's CRM analytics portal"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name words; do \
	    printf '  make %-12s %s\n' "$$name" "$$words"; done
	@echo "  ./guanxi --help   the operator's commands: receive, roll back, run, publish, users, status ..."

ROOMS := config console demobank domain jobs migrations portal store warehouse wsgi.py

start: environment ## start the portal (BANK=demo, or BANK=berka DELIVERY=../shared/data/berka); Ctrl-C ends it
	@$(BIN)/python -m compileall -q -j 2 $(ROOMS)
	@GUANXI_HOME="$(HOME_OF_BANK)" ./guanxi start --bank $(BANK) --customers $(CUSTOMERS) --months $(MONTHS) \
	    $(if $(DELIVERY),--delivery "$(DELIVERY)")

environment: $(VENV)/.made ## make the Python environment from requirements.lock

$(VENV)/.made: requirements.lock .ci/environment
	@.ci/environment "$(PYTHON)" $(VENV) requirements.lock
	@touch $@

$(VENV)/.made-dev: requirements-dev.lock .ci/environment
	@.ci/environment "$(PYTHON)" $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.made

tools: $(VENV)/.made-dev
	@.ci/tools

test: tools ## all tests, with their own PostgreSQL, Redis and browser (TESTS=tests/jobs for some)
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(TESTS)

$(VENV)/.made-spark: $(VENV)/.made-dev requirements-spark.lock
	@.ci/environment "$(PYTHON)" $(VENV) requirements-spark.lock
	@touch $@

test-spark: $(VENV)/.made-spark ## features on a Spark cluster of this machine against DuckDB's; installs Spark and Java (0.8 GB)
	@.ci/tools java
	@$(BIN)/python -m pytest tests_spark

check: $(VENV)/.made-dev ## style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.made-dev ## measure against named peers and write bench/RESULTS.md (SIZE=small in 2 minutes)
	@$(BIN)/python -m bench --size $(SIZE)

clean: ## remove what tests and checks left behind; installations in var/ stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
