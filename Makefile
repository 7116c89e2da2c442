# Everything runs in .venv, which `make install` builds from the hash-locked requirements.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SHELL  := /bin/bash

.PHONY: help install demo serve test check audit docs bench lock clean

help:
	@echo "make install   build .venv from the locked requirements"
	@echo "make demo      the whole loop on this machine: database, local org, sync, scores"
	@echo "make serve     the webhook service and its worker"
	@echo "make test      every test"
	@echo "make check     format, lint, types, import contracts"
	@echo "make audit     what is known to be vulnerable among the locked dependencies"
	@echo "make docs      the pages that are written from the code"
	@echo "make bench     the benchmarks, with their figures"

install: $(VENV)/.installed

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	@PYTHON="$(PYTHON)" bash .ci/prerequisites
	@test -x "$(BIN)/python" || "$(PYTHON)" -m venv "$(VENV)"
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch "$@"

demo: install
	@"$(BIN)/success-vector" demo $(ARGS)

serve: install
	@"$(BIN)/success-vector" serve

# Three processes, for many tests wait for other programs; a file stays in one, so that what its tests share is built once.
# In the order of the folders the slow ones come first, so that no process is left alone with one of them at the end.
test: install
	@bash .ci/test-tools
	@"$(BIN)/python" -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: install
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/ruff" check .
	@"$(BIN)/mypy"
	@"$(BIN)/lint-imports"

audit: install
	@"$(BIN)/python" .ci/audit

docs: install
	@"$(BIN)/python" tests/unit/docs/package_listing.py

bench: install
	@"$(BIN)/python" -m benchmarks

lock: install
	@"$(BIN)/python" -m pip install --quiet uv
	@"$(BIN)/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.lock
	@"$(BIN)/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock requirements-dev.in -o requirements-dev.lock

clean:
	rm -rf "$(VENV)" build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
