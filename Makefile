# Everything a developer does. `make demo` and `make test` need only Python 3.11, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
TOOLS := .tools
UV := $(TOOLS)/bin/uv
STAMP := $(VENV)/.ready

.PHONY: setup demo test test-s3 chaos check format serve bench docs openapi lock clean

setup: $(STAMP)

$(UV):
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): $(UV) requirements.lock pyproject.toml
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --editable .
	$(BIN)/python -m compileall -q src
	touch $(STAMP)

demo: setup
	@bash scripts/demo.sh $(BIN)/sfd

# Two workers take one file of tests after the other; a single test runs without them: `.venv/bin/pytest path`.
test: check
	$(BIN)/pytest -n $${TEST_WORKERS:-2} --dist loadfile --no-loadscope-reorder

# The same as in `make test`, with ten times as many examples of every operation.
fuzz: setup
	FUZZ_EXAMPLES=100 $(BIN)/pytest tests/fuzz

# The tests of HTTP and of runs once more, with every library in a bucket of a real S3 server.
test-s3: setup
	SFD_TEST_STORAGE=s3 $(BIN)/pytest tests/storage tests/workflow tests/api

# Kills workers at every point and CHAOS_KILLS times at random, on SQLite and on PostgreSQL; prints a table.
chaos: setup
	CHAOS_KILLS=$${CHAOS_KILLS:-300} $(BIN)/pytest -s tests/chaos/test_chaos.py tests/chaos/long_form.py \
		tests/contract/test_kills_over_wires.py

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

serve: setup
	$(BIN)/sfd serve

bench: setup
	@bash bench/run.sh $(BIN)/python $(UV)

docs: setup
	$(BIN)/mkdocs build --strict

openapi: setup
	$(BIN)/python scripts/openapi.py openapi.json

lock: $(UV)
	$(UV) pip compile --quiet --universal --generate-hashes --all-extras --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) $(TOOLS) site dist tests/clients/typescript/node_modules
