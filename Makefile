# Everything a fresh machine needs is done by `make run` and `make test`; see prepare_environment.sh.
PYTHON ?=
VENV ?= .venv
CONFIG ?= configs/retail_personas.yaml
WORKERS ?= 2
BENCHMARKS = sampler identities_per_second plausibility persona_schema loop_speed valid_rows
bin = $(VENV)/bin
prepare = PYTHON="$(PYTHON)" VENV="$(VENV)" ./prepare_environment.sh
# vLLM and the tokenizers would report usage or warn about forks otherwise.
export VLLM_NO_USAGE_STATS = 1
export TOKENIZERS_PARALLELISM = false

.PHONY: help run test lint bench lock clean
.DEFAULT_GOAL := help

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

run: ## Set up, fetch the embedded model, write CONFIG's personas
	@$(prepare) run
	@$(bin)/populace run $(CONFIG) --again

test: ## Set up, then run every test
	@$(prepare) test
	@./link_for_type_checkers.sh
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		  apt-get install -y -qq chromium >/dev/null 2>&1; } || \
		echo "populace: no Chromium found; the browser tests are skipped. Install chromium to run them."
	@OMP_NUM_THREADS=1 $(bin)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lint: ## Ruff and mypy
	@$(prepare) test
	@./link_for_type_checkers.sh
	@$(bin)/ruff check . && $(bin)/ruff format --check . && MYPYPATH=.typing $(bin)/python -m mypy .typing/populace

bench: ## Run the benchmarks that need neither a run directory nor data of their own
	@$(prepare) test
	@for name in $(BENCHMARKS); do echo "== $$name"; $(bin)/python benchmarks/$$name.py || exit 1; done

lock: ## Resolve the dependencies again and rewrite requirements/*.txt
	@$(prepare) test
	@$(bin)/python requirements/lock.py

clean: ## Delete what was built here; runs and the model cache stay
	@rm -rf $(VENV) .typing build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
