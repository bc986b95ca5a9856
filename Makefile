# A bare machine needs Python 3.11 or newer, make and git; uv comes from PyPI into .uv/.
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .uv/bin/uv
RUN := $(UV) run --frozen
export UV_PYTHON_DOWNLOADS ?= never

.PHONY: help demo test lint cluster bench fuzz format

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

.venv/installed: $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --quiet
	@touch $@

demo: .venv/installed ## the real bot against a Slack stand-in and a sample cluster; ends by itself
	@$(RUN) netcheck demo

lint: .venv/installed ## style, types and import layers
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

cluster: .venv/installed ## build the real API server and CoreDNS for tests, once (needs Go)
	@$(RUN) python -m tests.cluster.build

test: lint ## everything CI runs
	@if command -v go >/dev/null 2>&1; then $(RUN) python -m tests.cluster.build; fi
	$(RUN) pytest --cov --cov-report=term:skip-covered

bench: .venv/installed ## print the benchmarks' figures
	$(RUN) python -m tests.bench

SECONDS ?= 60
TARGET ?= all

fuzz: .venv/installed ## look for inputs that break the reading of pastes (SECONDS=60 each, TARGET=all)
	$(RUN) --group fuzz python -m tests.fuzz $(TARGET) $(SECONDS)

format: .venv/installed ## rewrite the code in the project's format
	$(RUN) ruff check --fix-only .
	$(RUN) ruff format .
