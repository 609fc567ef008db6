# make       sets everything up, builds the shipped corpus, and shows what came of it
# make test  checks everything: style, types, tests, documentation, pages in a browser and in Datasette 1.0
# make bench prints how fast a build is, and how well documents are read, beside others

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
NEXT = build/datasette-1
QUESTION = what helped teams to share information?

.PHONY: all test bench docs clean
.DELETE_ON_ERROR:

all: $(VENV)/ready
	$(BIN)/kb build
	@echo; $(BIN)/kb stats
	@echo; echo 'kb search "$(QUESTION)" -n 3'; echo
	@$(BIN)/kb search "$(QUESTION)" -n 3
	@echo 'To browse:  $(BIN)/kb serve'

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test,corpus]'
	touch $@

test: $(VENV)/ready $(NEXT)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest
	PYTHONPATH=$(CURDIR)/$(NEXT) $(BIN)/pytest tests/browser tests/test_web*.py tests/test_published.py

# the next Datasette, seen before the one installed: only what that does not bring itself
$(NEXT)/ready: $(VENV)/ready Makefile
	$(BIN)/pip install --quiet --no-deps --upgrade --target $(NEXT) \
	  datasette==1.0a41 asyncinject==0.7 opentelemetry-api==1.45.2
	touch $@

docs: $(VENV)/ready
	$(BIN)/python docs/write.py

bench: $(VENV)/ready
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python bench/build.py
	$(BIN)/python bench/reading/run.py

clean:
	rm -rf $(VENV) kb.db kb.db.index kb.db.part build dist *.egg-info
