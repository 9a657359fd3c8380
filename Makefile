# OKPay. `make` shows what there is; `make run` starts everything, `make test` proves it.
# Needs Python 3.11 or newer and make; everything else is fetched into .venv on first use.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

BIN := .venv/bin
# The stamps carry the folder: a copied or moved tree makes its .venv anew.
HERE := $(shell pwd | cksum | cut -d" " -f1)
RUNTIME := .venv/.okpay-runtime-$(HERE)
DEV := .venv/.okpay-dev-$(HERE)
MESSAGES := .venv/.okpay-messages
CATALOGUES := $(shell find src -name '*.po' 2>/dev/null)

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: $(RUNTIME) $(MESSAGES) ## Start everything, with people to try it with; Ctrl-C stops it
	@exec $(BIN)/okpay serve --demo

.PHONY: test
test: $(DEV) $(MESSAGES) ## Run all tests (ARGS="tests/kernel -x" for some)
	@tools/bootstrap_chromium.sh
	@tools/bootstrap_postgres.sh
	@$(BIN)/python -m pytest $(ARGS)

.PHONY: check
check: $(DEV) $(MESSAGES) ## Run all linters and type checks
	@tools/bootstrap_check.sh

.PHONY: bench
bench: $(DEV) ## Measure transfers a second beside pgbench (JSON=path writes the figures)
	@JSON="$(JSON)" $(BIN)/python -m bench

.PHONY: bench-scale
bench-scale: $(DEV) ## The same with 5 million customers (CUSTOMERS= TRANSFERS= SCALE_HOME= JSON=)
	@CUSTOMERS="$(CUSTOMERS)" TRANSFERS="$(TRANSFERS)" SCALE_HOME="$(SCALE_HOME)" JSON="$(JSON)" \
		$(BIN)/python -m bench.scale

.PHONY: lab
lab: $(DEV) $(MESSAGES) ## Break everything under load, a minute, and check that nothing is lost (LONG=1: ten)
	@$(BIN)/python -m tests.lab --seconds $(if $(LONG),600,60) $(ARGS)
	@OKPAY_LAB=1 $(BIN)/python -m pytest -q -s tests/lab/test_failover.py

.PHONY: messages
messages: $(DEV) ## Check the Chinese texts, list what is missing, compile them
	@$(BIN)/python -m tools.messages check
	@$(BIN)/python -m tools.messages extract
	@$(BIN)/python -m tools.messages compile

.PHONY: lock
lock: $(DEV) ## Pin the newest fitting dependencies, with hashes, into requirements/*.txt
	@tools/bootstrap_lock.sh

.PHONY: shots
shots: $(DEV) $(MESSAGES) ## Photograph the screens of a running product
	@tools/bootstrap_chromium.sh
	@$(BIN)/python -m tools.shots $(ARGS)

.PHONY: dist
dist: $(DEV) $(MESSAGES) ## Build the wheel and the source archive into dist/
	@$(BIN)/python -m hatchling build

.PHONY: clean
clean: ## Remove what was built and installed here; keeps the state in .okpay
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src tests tools -name '__pycache__' -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete

.PHONY: reset
reset: $(RUNTIME) ## Delete the state in .okpay for ever: database, keys, logs
	@$(BIN)/okpay db remove

$(RUNTIME): requirements/runtime.txt pyproject.toml tools/bootstrap.sh
	@tools/bootstrap.sh runtime
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml tools/bootstrap.sh
	@tools/bootstrap.sh dev
	@touch $(RUNTIME) $@

$(MESSAGES): $(CATALOGUES) tools/messages.py | $(RUNTIME)
	@$(BIN)/python -m tools.messages compile
	@touch $@
