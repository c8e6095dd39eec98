# The project's commands; `make help` lists them. Two are all that a reader needs: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PY := .venv/bin/python
# Half as many more than processors: a third of the time the tests wait for servers, browsers and clocks.
WORKERS ?= $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))
ARGS ?=

.PHONY: help setup services test test-targets demo lint format bench bench-mail fuzz fuzz-guided torture torture-queue generate check-generated docs clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

setup: .venv/.ready ## make .venv with everything that the suite and the demo need

.venv/.ready: pyproject.toml constraints.txt tools/setup.sh
	@tools/setup.sh test

.venv/.ready-lint: .venv/.ready
	@tools/setup.sh lint

services: ## install the real servers that tests talk to (root); without root say why not
	@tools/services.sh

test: setup services ## run the whole suite (ARGS="-k word" picks tests)
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-targets: setup services ## mail through every real program that mailspec writes for (root; installs them once) and the table of what it showed
	@tools/targets/install.sh
	@CI_TARGETS=1 MAILSPEC_RECORD_PROOFS=1 $(PY) -m pytest -n $(WORKERS) --dist loadgroup tests/targets/real tests/targets/test_conformance.py $(ARGS)
	@$(PY) -m tools.targets.page

demo: setup ## a mail server, and mailspec from validate to a delivered message
	@$(PY) tools/demo/run.py

lint: .venv/.ready-lint ## style, types, layers, file sizes
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy mailspec
	@.venv/bin/lint-imports
	@$(PY) tools/checks/sizes.py
	@$(PY) tools/checks/addresses.py

format: .venv/.ready-lint ## put the code in the house style
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: setup ## CPU time of validate beside ajv-cli, Sourcemeta's jsonschema, check-jsonschema and yamllint
	@bench/peers.sh
	@$(PY) -m bench.run $(ARGS)

fuzz: setup ## 100,000 broken inputs through the command line
	@$(PY) -m tools.fuzz $(ARGS)

fuzz-guided: setup ## inputs that coverage guides, for load, diagnosis and the readers of formats (Linux)
	@tools/setup.sh fuzz
	@for way in load:400000 readers:100000 diagnosis:50000; do \
	  $(PY) -m tools.fuzz.guided $${way%:*} --count $${way#*:} $(ARGS) || exit 1; done

wheels: setup ## mailspec and what it needs as wheels, with a requirements file of their hashes, in dist/
	@$(PY) -m pip --quiet wheel --constraint constraints.txt --build-constraint constraints.txt --wheel-dir dist/wheels .
	@$(PY) -m tools.pinned dist/wheels > dist/mailspec-requirements.txt

torture: setup services ## kill apply at every write, and race it (root, strace)
	@$(PY) -m tools.torture $(ARGS)

torture-queue: setup services ## 100,000 messages, workers killed at random, on SQLite and on PostgreSQL (root)
	@$(PY) -m tools.queue.torture --messages 100000 --kill-every 5 15 $(ARGS)
	@$(PY) -m tools.queue.torture --messages 100000 --kill-every 5 15 --postgres $(ARGS)
	@$(PY) -m tools.queue.torture --messages 1000 --failover $(ARGS)

bench-mail: setup services ## messages a second beside smtplib, smtp-source, swaks and Go (root)
	@$(PY) -m bench.delivery $(ARGS)
	@$(PY) -m bench.sending

generate: setup ## write everything generated: schemas, compiled providers, reference pages, pictures
	@$(PY) -m tools.generate

check-generated: setup ## fail where something generated is stale
	@$(PY) -m tools.generate --check

docs: generate ## build all pages into site/
	@tools/services/lint_tools.sh
	@NO_MKDOCS_2_WARNING=1 .tools/lint/venv/bin/mkdocs build --strict --quiet

clean: ## remove what the other commands made
	rm -rf .venv .tools .demo .services build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache bench/results.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
