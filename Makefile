# One command each: `make run` for the example, `make test` before every commit. `make` alone lists the rest.
# The virtual environment is made once; a stamp in it says which lock it holds, so a second call installs nothing.

SHELL := bash
.SHELLFLAGS := -o pipefail -c

PYTHON ?= python3
VENV ?= .venv
PROGRAMME ?= examples/us-nap5/programme.yaml
TESTS ?= tests
WORKERS ?= auto
JUNIT ?=
CONSUMERS ?= .venv-consumers
CHECKER ?= .html-checker
DOCS ?= .venv-docs
BENCH ?= --quick

BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

# Nothing here reports to anybody: the first switches off the server's telemetry, the second the client's.
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Images of Python like to set it; then each of the many processes of `make test` compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup programs consumers checker hosts run test night lint format bench docs s3 wheel image lock release clean

help: ## List what `make` can do
	@grep -E '^[a-z0-9]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## Make the virtual environment (the others do it when needed)

# pip says three lines for each of some 140 packages; this leaves one for every twenty.
SHORT = awk '/^(Collecting|Processing)/ && ++n % 20 == 0 { print "  " n " packages"; fflush() } \
  /^Installing/ { print "  " n " packages; unpacking"; fflush() }'

# Three steps: exactly what the lock says, by hash and without resolving anything; this project, editable, with the
# locked build backend; and a proof that the two agree. An environment of another Python is made anew: half of each is none.
WHICH = -c 'import sys; print(sys.base_prefix, sys.version)'
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "OGP Pipeline needs Python 3.11 or newer; '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name another one, for instance: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV): a minute or two, the first time only"
	@made=$$($(BIN)/python $(WHICH) 2>/dev/null); $(PYTHON) -m venv $$([ "$$made" = "$$($(PYTHON) $(WHICH))" ] || echo --clear) $(VENV)
	@PYTHONUNBUFFERED=1 $(BIN)/python -m pip install --no-deps --require-hashes --requirement requirements.lock | $(SHORT)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

run: $(STAMP) ## Run the whole pipeline on the example: collect, validate, evaluate, publish
	@$(BIN)/ogp run $(PROGRAMME) --backfill
	@echo "For a country of your own: $(BIN)/ogp init FOLDER, and docs/first-country.md"

# One worker more than cores (tests/conftest.py); groups begin in the order of tests/scheduling.py, the longest first.
PYTEST = $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder \
  $(if $(JUNIT),--junitxml $(JUNIT))

# What tests need beside Python: a browser (the one that has no windows takes two thirds of the other's time; where Debian
# knows none, the other), a spreadsheet program that saves as people's do, and PostgreSQL, whose programs Debian keeps off
# the path. Where this is not root on Debian, the tests that lack them are skipped and say so.
HEADLESS = chromium-headless-shell
programs:
	@missing=; command -v $(HEADLESS) >/dev/null || missing=$(HEADLESS); \
	command -v chromium >/dev/null && ! apt-cache show $(HEADLESS) >/dev/null 2>&1 && missing=; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-calc"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing $$missing: some minutes, the first time only"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { apt-get -qq update && \
	    { apt-cache show $(HEADLESS) >/dev/null || missing=$${missing/$(HEADLESS)/chromium}; } && \
	    apt-get -qq install --yes --no-install-recommends $$missing; } >programs.log 2>&1 || { \
	    tail -n 20 programs.log; echo "apt-get could not install $$missing; the tests that need it will say so" >&2; }; \
	  rm -f programs.log; \
	fi

# The browser that has windows, web servers, to serve a publication as docs/hosting.md says, R, to read it as
# docs/querying.md says, and what fetches and runs a checker of HTML. Only `make night` starts them.
hosts:
	@missing=; command -v chromium >/dev/null || missing=chromium; \
	command -v nginx >/dev/null || missing="$$missing nginx-light"; command -v caddy >/dev/null || missing="$$missing caddy"; \
	command -v Rscript >/dev/null || missing="$$missing r-base-core"; \
	command -v java >/dev/null || missing="$$missing default-jre-headless"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $$missing; } >hosts.log 2>&1 || { \
	    tail -n 20 hosts.log; echo "apt-get could not install $$missing; the tests that need it will say so" >&2; }; \
	  rm -f hosts.log; \
	fi

# What portals read our releases with (CKAN's harvester, CSV on the Web, Croissant), in an environment of its own. It is made
# once; where it cannot be, the tests that need it are skipped and say so.
consumers:
	@if ! cmp -s tests/consumers/requirements.lock $(CONSUMERS)/.ready; then \
	  echo "Setting up $(CONSUMERS), with which the tests read as portals do: a minute, the first time only"; \
	  { $(PYTHON) -m venv --clear $(CONSUMERS) && $(CONSUMERS)/bin/python -m pip install --quiet --no-deps --require-hashes \
	      --requirement tests/consumers/requirements.lock && \
	    cp tests/consumers/requirements.lock $(CONSUMERS)/.ready; } >consumers.log 2>&1 || { \
	    tail -n 20 consumers.log; echo "$(CONSUMERS) could not be made; the tests that need it will say so" >&2; }; \
	  rm -f consumers.log; \
	fi

# With which `make night` reads our pages as the standard for HTML does, by the hash in its lock; npm runs no script of it.
# Where it cannot be fetched, the tests that need it are skipped and say so.
checker:
	@if ! cmp -s tests/html/package-lock.json $(CHECKER)/.ready; then \
	  { mkdir -p $(CHECKER) && cp tests/html/package.json tests/html/package-lock.json $(CHECKER) && \
	    npm ci --prefix $(CHECKER) --include=dev --ignore-scripts --no-audit --no-fund && \
	    cp tests/html/package-lock.json $(CHECKER)/.ready; } >checker.log 2>&1 || { \
	    tail -n 20 checker.log; echo "$(CHECKER) could not be filled; the tests that need it will say so" >&2; }; \
	  rm -f checker.log; \
	fi

test: $(STAMP) programs consumers ## Lint, type-check and test everything (TESTS=… and WORKERS=… narrow it)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/licences.py
	@types=$$(mktemp); $(BIN)/mypy >$$types 2>&1 & mypy=$$!; \
	$(PYTEST) $(TESTS); tested=$$?; \
	wait $$mypy; typed=$$?; echo "mypy:"; cat $$types; rm -f $$types; exit $$(( tested || typed ))

# Everything of `make test`, and what takes too long for it: more kills and races, what is marked `night` (as some
# hundred programmes whose metrics are computed a second time, by another implementation), all 2,200 generated files of
# the differential tests and 20,000 that nobody has seen yet, and faults made on purpose that the tests must notice.
night: $(STAMP) programs consumers hosts checker ## Kill, race, compare and make faults, far more than `make test` does: some hours, for a nightly run
	$(PYTEST) tests --night --kills 10 --differential 2200 --mutations
	$(PYTEST) tests/differential/test_generated.py --differential 20000

lint: $(STAMP) ## Lint, format check, licences and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/licences.py
	$(BIN)/mypy

format: $(STAMP) ## Put imports and layout right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## Time pipeline, validation, evaluation and publishing beside their peers (see benchmarks/README.md)
	$(BIN)/python benchmarks/pipeline.py
	$(BIN)/python benchmarks/validate.py $(BENCH)
	$(BIN)/python -m benchmarks.evaluate $(BENCH)
	$(BIN)/python -m benchmarks.publish $(BENCH)

docs: ## Build the documentation as a site into build/docs; a broken link stops it
	@if ! cmp -s docs/requirements.lock $(DOCS)/.ready; then \
	  $(PYTHON) -m venv --clear $(DOCS) && $(DOCS)/bin/python -m pip install --quiet --no-deps --require-hashes \
	    --requirement docs/requirements.lock && cp docs/requirements.lock $(DOCS)/.ready; \
	fi
	$(PYTHON) docs/pages.py build/pages
	$(DOCS)/bin/zensical build --strict --clean

s3: $(STAMP) ## Run a real S3 server on the loopback, for trying things out, until Ctrl-C
	@$(BIN)/python tests/s3_server.py --folder var/s3

# What an image is made of (a software bill of materials), by CycloneDX's own program, in an environment of its own.
SBOM ?= .venv-sbom
IMAGE ?= localhost/ogp-pipeline
BASE ?= docker.io/library/python:3.11-slim-bookworm
BUILDER ?= $(firstword $(foreach each,buildah podman docker,$(if $(shell command -v $(each)),$(each))))

wheel: $(STAMP) ## Build the wheel into dist/; the same commit gives the same bytes
	rm -rf dist/*.whl build/lib build/bdist.*
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

image: wheel ## Build the container image IMAGE over BASE with buildah, podman or docker (docs/installing.md)
	@test -n "$(BUILDER)" || { echo "'make image' needs buildah, podman or docker." >&2; exit 1; }
	@if ! cmp -s deploy/sbom.lock $(SBOM)/.ready; then \
	  $(PYTHON) -m venv --clear $(SBOM) && $(SBOM)/bin/python -m pip install --quiet --no-deps --require-hashes \
	    --requirement deploy/sbom.lock && cp deploy/sbom.lock $(SBOM)/.ready; \
	fi
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(SBOM)/bin/cyclonedx-py requirements deploy/requirements.lock \
	  --output-reproducible --output-file dist/sbom.cdx.json
	$(BUILDER) build --file deploy/Containerfile $(if $(filter docker,$(BUILDER)),,--ignorefile deploy/Containerfile.dockerignore \
	  --timestamp $$(git log -1 --format=%ct)) --build-arg BASE=$(BASE) --tag $(IMAGE):$$($(BIN)/ogp --version | awk '{ print $$1 }') \
	  --tag $(IMAGE):latest .

lock: ## Resolve requirements.lock anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "'make lock' needs uv (https://docs.astral.sh/uv)." >&2; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra dev pyproject.toml --output-file requirements.lock
	sed -E 's/ *\\$$//; /--hash/d' requirements.lock >constraints.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --constraint constraints.txt --extra telemetry pyproject.toml \
	  --output-file deploy/requirements.lock
	rm constraints.txt
	for each in docs/requirements deploy/sbom; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url $$each.in --output-file $$each.lock || exit; \
	done

release: ## Commit and tag a new version: make release VERSION=0.3.0 (docs/releasing.md); pushes nothing
	@test -n "$(VERSION)" || { echo "Which version? make release VERSION=0.3.0" >&2; exit 2; }
	@$(PYTHON) tools/release.py "$(VERSION)"

clean: ## Remove the virtual environment, caches, builds, and what the example wrote
	rm -rf $(VENV) $(CONSUMERS) $(CHECKER) $(DOCS) $(SBOM) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  var/us-nap5
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
