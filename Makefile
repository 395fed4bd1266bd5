# Every command of this repository. `make` alone lists them.
# A virtual environment in .venv is made on the way, with what deploy/requirements-dev.txt holds, hash by hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SERVICES := directory assessments matching timebank community connect

.DEFAULT_GOAL := help
.PHONY: help run test demo key audit check contracts vocabulary migration trust bench soak clean lock licences inventory vulnerabilities

help:  ## list the commands
	@sed -nE 's/^([a-z][a-z ]*):.*## */\1|/p' Makefile | while IFS='|' read -r name says; do printf '  make %-10s %s\n' "$$name" "$$says"; done

$(INSTALLED): pyproject.toml deploy/requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=… names it.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement deploy/requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(INSTALLED)  ## start everything on http://127.0.0.1:8000
	@exec $(BIN)/python -m deploy.standalone

demo: $(INSTALLED)  ## play the fictional neighbourhood's journeys and tell them as a story
	@exec $(BIN)/python -m deploy.demo

test: $(INSTALLED)  ## run every test, against real PostgreSQL and real HTTP
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

check: $(INSTALLED)  ## ruff, mypy strict, the import law, contracts fresh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m deploy.contracts --check

key: $(INSTALLED)  ## put a new bootstrap key in the place of a lost one, while Cando is stopped
	@exec $(BIN)/python -m deploy.key

audit: $(INSTALLED)  ## look through the audit and print its heads, to keep elsewhere; later: make audit heads=FILE
	@exec $(BIN)/python -m deploy.audit $(heads)

contracts: $(INSTALLED)  ## write every openapi.json anew from the code
	$(BIN)/python -m deploy.contracts

vocabulary: $(INSTALLED)  ## train the vocabulary's classifier anew from its data files
	$(BIN)/python -m services.vocabulary.train

migration: $(INSTALLED)  ## draft a migration from the models: make migration service=directory says="…"
	$(BIN)/python -m deploy.migration $(service) "$(says)"

trust: $(INSTALLED)  ## every promise with its proof, larger than in make test: docs/trust.md says what each shows
	CANDO_POPULATIONS=10000 $(BIN)/python -m pytest tests/matching/engine/test_populations.py
	CANDO_TRANSFERS=10000 $(BIN)/python -m pytest tests/timebank/test_conservation.py
	CANDO_CHANGES=1000 $(BIN)/python -m pytest tests/journeys/test_copy_in_step.py
	CANDO_MATRIX=whole CANDO_HOT_REQUESTS=20000 $(BIN)/python -m pytest tests/security tests/gateway/test_limits.py
	$(BIN)/python -m tests.security.mutations
	CANDO_KILLS=10 $(BIN)/python -m pytest tests/faults
	CANDO_REPLICAS=2 CANDO_PREVIOUS=1 CANDO_STREETS=1 $(BIN)/python -m pytest tests/deploy tests/observability/test_traces.py

bench: $(INSTALLED)  ## the engine beside its peers on a synthetic million; writes docs/benchmarks.md
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python -m tests.benchmarks

soak: $(INSTALLED)  ## the long ones: a hundred kills, ten minutes of load with 100,000 people, anything sent to every address
	CANDO_KILLS=100 $(BIN)/python -m pytest tests/faults/test_kill.py
	$(BIN)/python -m tests.benchmarks.load --participants 100000 --listings 200000 --minutes 10
	CANDO_EXAMPLES=200 $(BIN)/python -m pytest tests/contracts/test_anything.py

lock licences inventory vulnerabilities: $(INSTALLED)  ## what Cando is made of: lock it anew, list licences, write build/sbom.json, ask for known holes
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[release]'
	$(BIN)/python -m deploy.supply $@

clean:  ## remove what the commands above made, but no data
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/foreign/node_modules
