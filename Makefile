# Everything a fresh machine needs is Python 3.11 or newer, make and git. GNU make 3.81 is enough.

# What these hold would reach into the environment made here.
unexport PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_USER
# Four workers and the processes they start compile everything once instead of each anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint lock clean venv interpreter
.DEFAULT_GOAL := help

help:
	@echo 'make demo    set up, then crawl a played site offline into ./demo-archive'
	@echo 'make test    set up, then run the tests'
	@echo 'make lint    set up, then check style, types and imports'
	@echo 'make lock    write requirements.lock anew from pyproject.toml (needs uv)'
	@echo 'make clean   remove the environment and what the tools leave behind'

demo: venv
	@.venv/bin/broadsheet demo --archive demo-archive

test: venv
	@.venv/bin/python -m pytest -n auto --dist worksteal $(TESTS)

lint: venv
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m mypy
	@.venv/bin/python -m pytest tests/test_rooms.py

# The first interpreter that really runs (a pyenv shim may not), is new enough and can make an environment. Where an
# environment is active its base is taken, so that rebuilding never removes the interpreter it runs on.
find_python = for name in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11 python3; do \
		python=$$("$$name" -c 'import sys; assert sys.version_info >= (3, 11); import ensurepip, venv; \
			print(getattr(sys, "_base_executable", sys.executable))' 2>/dev/null) && break; \
		python=; \
	done; \
	if test -z "$$python"; then \
		echo 'Broadsheet needs Python 3.11 or newer with venv. Debian, Ubuntu: apt-get install python3 python3-venv;' \
			'macOS: brew install python; or name one: make PYTHON=/path/to/python3' >&2; \
		exit 1; \
	fi

# What an environment was made from. If that is as it was, pip is not run; if not, it is made anew.
describe = import hashlib, os, sys; print(sys.version, sys.executable, os.getcwd(), \
	*(hashlib.sha256(open(name, "rb").read()).hexdigest() for name in ("requirements.lock", "pyproject.toml")), sep="\n")

install = .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check

interpreter:
	@$(find_python); echo "$$python"

venv:
	@$(find_python); \
	made_from=$$("$$python" -c '$(describe)') || exit 1; \
	test "$$made_from" = "$$(cat .venv/made-from 2>/dev/null)" && exit 0; \
	echo "Setting up .venv with $$python (once, about a minute)"; \
	rm -rf .venv && "$$python" -m venv .venv && \
	$(install) -r requirements.lock && \
	$(install) --no-deps --no-build-isolation -e . && \
	echo "$$made_from" > .venv/made-from

# Names and versions only: where packages come from is the business of whoever installs them.
lock:
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .scrapy build dist demo-archive
