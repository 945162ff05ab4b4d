# Everything runs in a virtual environment of the repository's own; nothing outside it is touched.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: learn test soak check bench docs clean

learn: $(VENV)/.installed   ## set up what is needed and learn the example
	@$(BIN)/workings learn examples/identity.md

test: $(VENV)/.developing check   ## set up what is needed and run every test
	$(BIN)/python -m pytest -n auto

# Each law has its own number: WORKINGS_SOAK=10000, WORKINGS_RESPELLED=20000, WORKINGS_METAMORPHIC=50000, WORKINGS_FUZZ=100000.
soak: $(VENV)/.developing   ## hold the checker against many derivations with a slip, spellings, changes that change nothing, and noise
	$(BIN)/python -m tests.laws.soak
	$(BIN)/python -m tests.laws.respelled
	$(BIN)/python -m tests.laws.metamorphic
	$(BIN)/python -m tests.laws.fuzz

check: $(VENV)/.developing   ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --warnings
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.developing   ## the figures of docs/benchmarks.md
	$(BIN)/python -m bench.run

docs: $(VENV)/.developing   ## write the reference of ops anew from the table
	$(BIN)/python -m docs.ops > docs/ops.md

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# The packages that tests need are listed once, in pyproject's group dev.
$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['dev']))" > $(VENV)/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(VENV)/dev.txt
	@touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .ruff_cache .hypothesis
