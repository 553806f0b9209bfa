# Two commands matter: `make run` and `make test`. `make` lists the rest.
SHELL := /bin/bash
CARGO ?= cargo
export CALY_MODELS ?= $(CURDIR)/build/models
BIN := target/debug/caly

.DEFAULT_GOAL := help
.PHONY: help run test check dev build web shots models openapi prompts bench storm g2p

help: ## list the commands
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

web: ## build the browser app into web/dist when it changed (needs Node 20)
	@./scripts/web

build: web ## build everything that `run` and `test` use (one profile, nothing twice)
	@command -v $(CARGO) >/dev/null || { echo "Caly needs Rust 1.95: install rustup (Debian: apt-get install rustup), then run this again."; exit 1; }
	@command -v cc >/dev/null || { echo "Caly needs a C compiler for SQLite: apt-get install build-essential"; exit 1; }
	$(CARGO) build --locked --workspace --tests --bins

models: build ## fetch the speech pack (36 MB) into build/models
	@$(BIN) models pull || echo "make: no speech pack; going on with keypad and prompts. Add it later: $(BIN) models pull"

run: build models ## start the demo on 127.0.0.1:8080 with one spoken call
	@$(BIN) demo --call

dev: build ## start the demo without the opening call
	@$(BIN) demo

test: build models ## run every test that this machine can run
	@./scripts/test

check: web ## formatting, lints, file lengths, the committed OpenAPI document, dependency rules
	@./scripts/check

# As an installation is built: the crates that every call passes through are
# optimised too, which the daily build leaves out to stay quick to rebuild.
OPTIMISED := $(foreach c,server store carriers,--config profile.dev.package.caly-$(c).opt-level=3)

shots: build ## pictures of every page, light, dark and on a phone, into web/shots
	@npm --prefix web run --silent shots

bench: models ## measure waiting, CPU and memory, with bars (a quiet machine, some minutes)
	$(CARGO) build --locked --workspace --bins $(OPTIMISED)
	@target/debug/caly-bench $(BENCH)

storm: build ## the long proofs: 100,000 shuffled deliveries, 200 kill -9, backups, rotations (half an hour)
	CALY_DELIVERIES=100000 CALY_KILLS=200 CALY_BACKUPS=200 CALY_ROTATIONS=200 $(CARGO) test --locked -p caly-tests -p caly --test deliveries --test crash --test rotation -- --nocapture

g2p: models ## read 2,000 sentences as the reference package does (installs it into build/oracle; needs Python's venv)
	@mkdir -p build && python3 -m venv build/oracle
	@build/oracle/bin/pip install --quiet hibari-tts==0.2.1
	build/oracle/bin/python crates/local-voice/oracle/sentences.py 2000 7 > build/oracle/held_out.tsv
	CALY_G2P_HELD_OUT=$(CURDIR)/build/oracle/held_out.tsv $(CARGO) test --locked --workspace --test g2p_agrees -- --ignored --nocapture

prompts: ## record anew the sentences that are said without a synthesiser (needs the speech pack)
	$(CARGO) run --locked --workspace --example record_prompts -- $(CALY_MODELS)

openapi: build ## write the committed OpenAPI document anew
	@$(BIN) openapi > openapi.json
