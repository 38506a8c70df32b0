# Everything a developer says to this project.

.DEFAULT_GOAL := help
.PHONY: help run test watch check bench faults setup

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

run: ## Build and start the inbox; without a WhatsApp account, with a sandbox to try it on
	@.ci/setup build
	@.ci/start

test: ## Run every test: Rust on SQLite and PostgreSQL, then the browser specs
	@.ci/setup build test
	@.ci/test

watch: ## Build anew and reload the page at every change
	@.ci/setup build watch
	@.ci/watch

check: ## Format, lints (server and browser), documentation, what it is built from
	@.ci/setup build audit
	@.ci/check

bench: ## Measure and print figures
	@.ci/setup build test
	@.ci/bench

faults: ## Break it for twenty minutes: fifty kills, a cut line, fuzzing
	@.ci/setup build test
	@.ci/faults

setup: ## Install what is missing (the other targets call it)
	@.ci/setup build test audit watch
