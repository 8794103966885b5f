# Vigie's manual is `make help`. Everything runs in .venv, which `make setup` makes from requirements.lock (with hashes).
#   make PYTHON=/path/to/python3.12     to choose the Python
#   make test TESTS=tests/unit/policy   to run a part of the tests; ARGS="-x -k miss" adds pytest's options
#   make test WORKERS=0                 to run them in one process, as ARGS=--pdb needs it

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo up down status logs reset test unit lint format types arch schemas pages bench chaos outages lock clean distclean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PACKAGES := shared services/intake services/sla-timer services/escalation services/notifier deploy/local
SOURCES := $(addsuffix /src,$(PACKAGES)) tests
TESTS ?= tests
ARGS ?=
# Each worker has servers of its own. Servers that the environment names are there once, and so is who tests them.
WORKERS ?= $(if $(DATABASE_URL)$(VIGIE_KAFKA),0,2)

help:  ## List what make can do
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

# ------------------------------------------------------------------------------------------------- set-up

setup: $(READY)  ## Make .venv with everything Vigie needs (at once when nothing has changed)

# Written in the oldest shell and Python there is: this is where somebody with the wrong Python must get a sentence.
$(READY): requirements.lock $(addsuffix /pyproject.toml,$(PACKAGES))
	@set -e; python=; \
	for candidate in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Vigie needs Python 3.11 or newer; none was found (looked for: $(or $(PYTHON),python3.13 python3.12 python3.11 python3))." >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$python has no venv module; on Debian and Ubuntu: apt-get install python3-venv." >&2; exit 1; \
	fi; \
	[ -x $(BIN)/python ] && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "… making .venv with $$python"; rm -rf $(VENV); "$$python" -m venv $(VENV); }
	@echo "… installing what requirements.lock names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "… installing the six packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps $(addprefix -e ./,$(PACKAGES))
	@touch $@

# ------------------------------------------------------------------------------------------------- running it

demo: setup  ## Play the story and stay up; ONCE=1 ends after it (0: all was seen), DESK=… for another desk
	@$(BIN)/vigie demo $(if $(ONCE),--once) $(if $(DESK),--desk $(DESK))

up: setup  ## Start PostgreSQL, Kafka, a mail server and the four services in the background
	@$(BIN)/vigie up --detach

down: setup  ## Stop them; the data stay
	@$(BIN)/vigie down

status: setup  ## Show what runs, where it listens, and how it is doing
	@$(BIN)/vigie status --once

logs: setup  ## Follow a log: make logs SERVICE=intake
	@$(BIN)/vigie logs --follow $(or $(SERVICE),intake)

reset: setup  ## Delete all data, after asking
	@$(BIN)/vigie reset

# ------------------------------------------------------------------------------------------------- judging it

test: setup  ## Run all tests, against real servers
	@$(BIN)/python -m pytest $(TESTS) --ignore=tests/bench -n $(WORKERS) --no-loadscope-reorder --durations 25 $(ARGS)

unit: setup  ## Run the tests that need no server
	@$(BIN)/python -m pytest tests/unit -n $(WORKERS) $(ARGS)

lint: setup  ## Check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup  ## Format, and mend what can be mended
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

types: setup  ## Check types, strictly
	@$(BIN)/mypy $(SOURCES)

arch: setup  ## Check who may import whom
	@$(BIN)/lint-imports

schemas: setup  ## Write the JSON Schemas and the AsyncAPI document anew
	@$(BIN)/vigie schemas write

pages: setup  ## Write docs/commands.md anew: what every command does in every state
	@PYTHONPATH=tests $(BIN)/python -m unit.intake.commands_page

bench: setup  ## Measure how fast it is on this machine
	@for bench in tests/bench/bench_*.py; do echo "… $$bench"; $(BIN)/python $$bench || exit 1; done

chaos: setup  ## Break everything at random for minutes, then judge: SEED=… FAULTS=… (prints the seed first)
	@PYTHONPATH=tests $(BIN)/python -m support.chaos

# One worker: it measures too. BROKEN="service:defect …" (tests/support/chaos/defects.py) shows a test turning red.
outages: setup  ## Take PostgreSQL and Kafka away for a minute at 200 requests/s, sla-timer for hours: OUTAGE_SECONDS=… OUTAGE_RATE=…
	@OUTAGE_SECONDS=$(or $(OUTAGE_SECONDS),60) OUTAGE_RATE=$(or $(OUTAGE_RATE),200) ONE_BY_ONE=1 $(BIN)/python -m pytest \
	  $(if $(filter-out tests,$(TESTS)),$(TESTS),tests/chaos/outages tests/chaos/test_three_hours_without_sla_timer.py \
	  tests/chaos/test_rolling_restart.py) -s --timeout 1800 $(ARGS)

# ------------------------------------------------------------------------------------------------- keeping house

lock: setup  ## Choose the versions anew and write requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  $(foreach name,shared intake sla-timer escalation notifier local,--no-emit-package vigie-$(name)) \
	  --overrides requirements-overrides.txt \
	  $(addsuffix /pyproject.toml,$(PACKAGES)) requirements-dev.in -o requirements.lock
	@if grep -nE '://|^/' requirements.lock; then echo "requirements.lock names an address or a path of this machine." >&2; exit 1; fi

clean:  ## Delete what tools leave behind
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## Stop the stack and delete .venv too; the data stay (make reset deletes them)
	@if [ -x $(BIN)/vigie ]; then $(BIN)/vigie down; fi
	@rm -rf $(VENV)
