# The two commands are `make demo` and `make test`; both set up what is missing first. `make help` lists the rest.

MAKEFLAGS += --no-builtin-rules --no-print-directory
NODE := sh tools/node

.DEFAULT_GOAL := help
.PHONY: help demo test test-native test-containers fuzz-circuits up down bench setup bootstrap circuits keys proto lint format clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: setup ## applications in, archived proofs out (DATA=FILE, BIAS=1, CHEAT=swap-model|drop|delay|relabel|replay|stuff, KEEP=1)
	@$(NODE) examples/demo/main.ts

test: bootstrap ## every check and test (ONLY=packages/tlog runs the tests of one folder or file)
	@$(NODE) tools/test/main.ts $(ONLY)

test-native: bootstrap ## the native engine's own tests, with sanitizers; needs a C++ compiler
	@$(NODE) tools/test/native.ts

test-containers: bootstrap ## the tests of the bus against nats-server in containers; needs a Docker engine
	@ASSAY_REQUIRE_CONTAINERS=1 $(NODE) tools/test/main.ts packages/bus packages/testkit $(ONLY)

fuzz-circuits: setup ## the witness fuzzer, for longer than make test runs it
	@$(NODE) tools/fuzz/main.ts

up: setup ## start the five services and nats-server, and keep them running
	@$(NODE) infra/supervisor/main.ts

down: bootstrap ## stop what make up started
	@$(NODE) infra/supervisor/main.ts down

bench: bootstrap ## measurements (npm run -s bench -- NAME --json for one of them)
	@$(NODE) tools/setup/main.ts all --all
	@$(NODE) bench/main.ts

setup: bootstrap ## all that the demo needs: nats-server, circuits, development keys, the web console (ALL=1: the circuits on demand too)
	@$(NODE) tools/setup/main.ts all $(if $(ALL),--all)

bootstrap:
	@sh tools/bootstrap.sh

circuits: bootstrap ## compile the circuits (UPDATE=1 pins their constraint counts anew)
	@$(NODE) tools/setup/main.ts circuits $(if $(UPDATE),--update)

keys: bootstrap ## derive the development keys (UPDATE=1 rewrites their manifest)
	@$(NODE) tools/setup/main.ts keys $(if $(UPDATE),--update)

proto: bootstrap ## generate packages/contracts from proto/
	@$(NODE) packages/contracts/proto.ts generate

lint: bootstrap ## the static checks alone
	@$(NODE) tools/test/main.ts --static

format: bootstrap ## format and fix what can be fixed mechanically
	@$(NODE) node_modules/@biomejs/biome/bin/biome check --write

clean: ## remove all derived files but node_modules
	rm -rf "$${ASSAY_CACHE_DIR:-.cache}" var
