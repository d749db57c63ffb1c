# The tasks of this repository. "make" lists them; .ci/run is what CI runs.
# Everything they need beside Go, git and make is fetched by Go.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The modules that hold code. internal/tools holds the lint tools' versions only, and
# bench compares with others: make bench-check is all that CI does with it. Below
# internal/servers are the versions of servers that tests start.
MODULES := $(patsubst %/go.mod,%,$(wildcard ./go.mod examples/go.mod e2e/go.mod))

# How long one package's tests, and one fuzz target, may take.
TIMEOUT  ?= 15m
FUZZTIME ?= 10s

# The race detector needs cgo, and so a C compiler. Without one the tests run all
# the same.
can_race = cc=$$(go env CC) && command -v "$${cc%% *}" >/dev/null && go list -race runtime/race >/dev/null 2>&1

# Pinned in internal/tools/go.mod, built by go tool, nothing is installed.
TOOL = go tool -modfile=$(CURDIR)/internal/tools/go.mod

# $(call each,command) runs the command in the folder of every module.
each = for module in $(MODULES); do (cd "$$module" && $(1)) || exit 1; done

# No task is a file.
.PHONY: help demo dashboard screenshots page-figures page-scripts test race servers redis postgres aws chromium prometheus lint format generate check golden fuzz-short corpus cross tidy-check bench bench-quick bench-check bench-test clean

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: ## Run the example program of the README
	@cd examples && go run ./demo

dashboard: ## Run a shop under load, and print where its live page is, until an interrupt
	@cd examples && go build -o ../bin/dashboard ./dashboard && exec ../bin/dashboard

screenshots: chromium ## Take pictures of the live page into screenshots/
	@cd e2e && BUNSUI_SCREENSHOTS=$(CURDIR)/screenshots go test -count=1 -parallel 12 -run '^TestScreenshots$$' ./page

page-figures: chromium ## Measure the live page of a program of 500 functions: browser, wire, CPU (takes three minutes)
	@cd e2e && BUNSUI_MEASURE=1 go test -count=1 -v -timeout 10m -run '^TestMeasure$$' ./page

test: servers ## Vet and test all modules, with the race detector where there is a C compiler
	@race=-race; \
	$(can_race) || { race=; echo "no C compiler, or no cgo: testing without the race detector"; }; \
	$(call each,go vet ./... && go test $$race -timeout $(TIMEOUT) ./...)
	@$(MAKE) page-scripts

page-scripts: ## Test the live page's scripts alone, where there is Node.js (make test does that too)
	@command -v node >/dev/null || { echo "no node: the live page's scripts are tested in the browser only"; exit 0; }; 	cd runtime/monitor/internal/web/static_test && node --test

race: servers ## Test all modules with the race detector, in random order, three times
	@$(call each,go test -race -shuffle=on -count=3 -timeout 15m ./...)

servers: redis postgres aws chromium prometheus

redis: ## Make sure that there is a Redis server for the tests (scripts/redis.sh)
	@scripts/redis.sh

postgres: ## Make sure that there is a PostgreSQL server for the tests (scripts/postgres.sh)
	@scripts/postgres.sh

aws: ## Make sure that there is what stands in for AWS in the tests (scripts/aws.sh, scripts/versitygw.sh)
	@scripts/aws.sh
	@scripts/versitygw.sh

prometheus: ## Make sure that there are prometheus and promtool for the tests (scripts/prometheus.sh)
	@scripts/prometheus.sh

chromium: ## Make sure that there is a browser for the tests of the live page (scripts/chromium.sh)
	@scripts/chromium.sh

lint: ## Check formatting (gofumpt) and code (staticcheck)
	@unformatted=$$($(TOOL) gofumpt -l .); \
	if [[ -n "$$unformatted" ]]; then \
		printf 'not formatted, run make format:\n%s\n' "$$unformatted"; exit 1; \
	fi
	@$(call each,$(TOOL) staticcheck ./...)

format: ## Format all Go files
	@$(TOOL) gofumpt -l -w .

generate: ## Regenerate all generated files
	@$(call each,go generate ./...)
	@cd bench && go generate ./sample

# Generates in a copy, so that a check never changes the files it checks.
check: ## Check that all generated files are up to date
	@copy=$$(mktemp -d); trap 'rm -rf "$$copy"' EXIT; \
	tar --exclude=./.git --exclude=./.tools -cf - . | tar -xf - -C "$$copy"; \
	$(MAKE) -C "$$copy" generate; \
	diff -Nru --exclude=.git --exclude=.tools . "$$copy" || { echo "generated files are out of date: run make generate"; exit 1; }

# The packages whose tests have golden files are those that know the flag.
golden: ## Record the golden files anew; read the diff before you commit it
	@packages=$$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -r -n 1 dirname | sort -u || true); \
	[[ -n "$$packages" ]] || { echo "no test has a flag called update"; exit 1; }; \
	go test -timeout $(TIMEOUT) $$packages -update

fuzz-short: ## Fuzz each fuzz test for a short time (FUZZTIME=10s)
	@go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | while read -r package; do \
		{ go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true; } | while read -r target; do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package"; \
		done; \
	done

corpus: ## Adopt, generate, compile, vet and eject the standard library's functions
	@BUNSUI_CORPUS=1 go test -count=1 -timeout 30m -run '^(TestRoundTrip|TestSignatures)$$' -v ./generator/adopt

# Who looks at a browser or at Prometheus does so here.
cross: MODULES := $(filter-out e2e,$(MODULES))
cross: ## Build and vet for Windows and macOS
	@for os in windows darwin; do \
		echo "GOOS=$$os"; \
		export GOOS=$$os CGO_ENABLED=0; \
		$(call each,go build -o /dev/null ./... && go vet ./...); \
	done

tidy-check: ## Check that the go.mod files are tidy
	@for module in $(MODULES) internal/tools internal/servers/versitygw bench; do (cd "$$module" && go mod tidy -diff) || exit 1; done

bench: redis ## Measure beside others, write bench/RESULTS.md (takes ten minutes; NOTE= says what is under test)
	@cd bench && go run . -o RESULTS.md -note "$(NOTE)"

bench-quick: redis ## Measure the most important rows in under three minutes, write nothing
	@cd bench && go run . -quick

bench-check: ## Build and vet bench, which CI does
	@cd bench && go vet ./...

bench-test: redis ## Test that all of bench works; the figures do not matter
	@cd bench && go test -timeout $(TIMEOUT) ./...

clean: ## Remove what builds and tests leave behind
	@rm -rf bin bunsuigen bunsuigen.exe coverage.out
	@find . \( -name .git -o -name .tools -o -name testdata \) -prune -o -type f \( -name '*.test' -o -name '*.prof' \) -exec rm -f {} +
