# Everything sets itself up: a machine needs only git and Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# Tests and figures start the program thousands of times, and a user's Python keeps bytecode: with
# the variable set each start compiles the package again (`sync` .84 s of CPU instead of .23 s).
export PYTHONDONTWRITEBYTECODE :=

.PHONY: spark wheel-check demo test lint types check-all bench attack nightly pythons docs pictures commands-page

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip uninstall --quiet --yes gitledger  # the name until 0.1.0: two would own one program
	$(BIN)/python -m pip install --quiet --editable '.[parquet,fleet]' --group dev
	touch $@

demo: $(STAMP)
	$(BIN)/gitledger demo

test: $(STAMP)
	tests/in_memory.sh $(BIN)/python -m pytest -n 2 --dist loadscope

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

check-all: lint types
	$(BIN)/python -m pytest -n 2 --dist loadscope -m '' --hypothesis-profile=thorough
	$(MAKE) wheel-check
	$(MAKE) pythons
	$(MAKE) spark
	$(MAKE) bench

# sdist and wheel, used from fresh environments: every Python found, oldest and newest dependencies.
wheel-check: $(STAMP)
	$(BIN)/python tests/wheel_check.py

# The tests on every other Python of the classifiers that is found here, each in its own folder.
PYTHONS := 3.11 3.12 3.13 3.14
pythons:
	for v in $(PYTHONS); do \
		found=; \
		for c in python$$v $$HOME/.pyenv/versions/$$v.*/bin/python; do \
			"$$c" -c '' 2>/dev/null && found=$$c; \
		done; \
		test -n "$$found" || { echo "python$$v: not found here"; continue; }; \
		$(MAKE) test PYTHON="$$found" VENV=.venv-$$v || exit 1; \
	done

# The same answers from Spark (local, a master with two workers, Connect) and from a lake in S3 as moto
# serves it, in an environment of its own.
spark: $(STAMP)
	command -v java >/dev/null || { echo "spark: no java found here"; exit 0; }; \
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark; \
	.venv-spark/bin/python -m pip install --quiet --upgrade 'pip>=25.1'; \
	.venv-spark/bin/python -m pip install --quiet 'pyspark[connect]>=4' --editable '.[fleet]' --group scenarios \
		'moto[s3,server]>=5' && .venv-spark/bin/python -m pytest -m slow -k 'spark or store' tests/fleet

bench: $(STAMP)
	for script in tests/benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

# Every script tests/attack/attack_*.py, ten minutes in all; WRITE=1 puts the table into the docs.
attack: $(STAMP)
	$(BIN)/python tests/attack/run.py $(if $(WRITE),--write)

# Fresh inputs for every property. A failure prints its input, and the seed that draws it again.
SEED ?= $(shell date +%s)
nightly: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadscope -m '' --hypothesis-profile=fresh --hypothesis-seed=$(SEED) \
		|| { echo "again: make nightly SEED=$(SEED)"; exit 1; }

# The documentation as pages in site/, without a warning.
docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --group docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# What docs show: pictures of the demo's week, and the page of commands.
pictures: $(STAMP)
	$(BIN)/python tests/docs/pictures.py

commands-page: $(STAMP)
	$(BIN)/python tests/docs/commands_page.py
