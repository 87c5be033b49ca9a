# Tapedeck. `make` prints this help.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
GO := go
PORT ?= 8080
N ?= 600
REPORTER ?= spec
GOTEST_FLAGS ?=
FUNCTIONS := $(notdir $(patsubst %/main.go,%,$(wildcard functions/*/main.go)))
GOARCH ?= $(shell $(GO) env GOARCH)
LOCALSTACK := $(filter localstack,$(STACK))
STACK_BIN := .tools/bin/localstack

.DEFAULT_GOAL := help
.PHONY: help dev down token env seed build build-functions build-cli build-local build-web build-offline web-modules test test-unit test-contract test-web \
  sam-local test-e2e test-life test-deploy test-upgrade deploy pictures check check-go check-web check-template

help: ## this help
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

dev: ## run everything on this machine, with demo sessions (PORT=8080 N=600 STACK=localstack)
	@localstack/tools.sh $(if $(LOCALSTACK),,ministack) sam
	@$(MAKE) --no-print-directory build build-local
	@$(if $(LOCALSTACK),docker compose -f localstack/compose.yaml up -d --wait)
	@$(STACK_BIN) up -port $(PORT) -seed $(N) $(if $(LOCALSTACK),-endpoint http://127.0.0.1:4566)

sam-local: build-local ## run a function in Lambda's image on what `make dev` started (Docker; F=sessions)
	@localstack/tools.sh sam
	@$(MAKE) --no-print-directory build-functions GOOS=linux
	@$(STACK_BIN) invoke $(or $(F),sessions)

down: build-local ## end what `make dev` started
	@$(STACK_BIN) down

token: build-local ## print an access token (ROLE=auditor|exporter|admin)
	@$(STACK_BIN) token $(ROLE)

env: build-local ## print the environment to speak to the running stack
	@$(STACK_BIN) env

seed: build-local ## add sessions to the running stack (N=600)
	@$(STACK_BIN) seed $(N)

build: build-functions build-web build-cli ## functions to dist/ (GOARCH=arm64 for AWS), bin/tapedeck, pages to web/dist/

build-functions:
	@for f in $(FUNCTIONS); do \
	  CGO_ENABLED=0 GOOS=$${GOOS:-$$($(GO) env GOOS)} GOARCH=$(GOARCH) $(GO) build -buildvcs=false -trimpath -tags lambda.norpc -ldflags "-s -w" \
	    -o dist/$$f/bootstrap ./functions/$$f; done

build-cli: # with the offline page, where that is built
	@tags=; if [ -f web/dist/offline.html ]; then cp web/dist/offline.html cmd/tapedeck/offline.html; tags=offline; fi; \
	  $(GO) build -buildvcs=false -trimpath -tags "$$tags" -ldflags "-X main.revision=$$(git describe --always --dirty 2>/dev/null || echo unknown)" -o bin/tapedeck ./cmd/tapedeck

build-local:
	@mkdir -p .tools/bin && $(GO) build -buildvcs=false -o $(STACK_BIN) ./localstack

web-modules:
	@localstack/tools.sh web

build-web: web-modules build-offline
	@cd web && npm run --silent build

# What the offline page runs in a worker, and the part of Go's that runs it there.
build-offline:
	@GOOS=js GOARCH=wasm $(GO) build -buildvcs=false -trimpath -ldflags "-s -w" -o dist/offline/offline.wasm ./cmd/offline
	@install -m 644 "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" dist/offline/

test: test-unit test-contract test-web test-e2e test-life ## every suite; beside it test-deploy and test-upgrade, which clone this repository

test-unit: ## unit tests
	$(GO) test -buildvcs=false ./...

test-contract: web-modules ## contract suites on real engines
	@localstack/tools.sh engines versitygw age
	@localstack/with-dynalite.sh localstack/with-versitygw.sh $(GO) test -buildvcs=false -count=1 $(GOTEST_FLAGS) -run Contract ./internal/index/... ./internal/archive/... ./internal/jobs/... ./internal/settings/... ./internal/audit/... ./internal/export ./internal/terminal ./internal/seal

test-web: web-modules ## unit tests of the pages
	cd web && npm run --silent test

test-e2e: build build-local ## the whole, in a real browser, on a stack of its own
	@localstack/tools.sh ministack sam schemathesis chromium
	TAPEDECK_STACK=e2e $(STACK_BIN) up -seed 120 -- sh -c 'node --test --test-reporter=$(REPORTER) web/e2e/*.test.mjs && localstack/schemathesis.sh'

test-life: build ## stacks beside each other, deleted, taken over, made again of the archive; infra/
	@localstack/tools.sh ministack sam aws
	TAPEDECK_LIFE=1 $(GO) test -buildvcs=false -count=1 -timeout 30m $(GOTEST_FLAGS) ./localstack/life

pictures: build build-local ## take the README's pictures of the real pages
	@localstack/tools.sh ministack sam chromium
	TAPEDECK_STACK=pictures $(STACK_BIN) up -seed 200 -- node web/e2e/pictures.mjs

test-deploy: build-local ## docs/deploy.md, word by word, against a stack of its own
	@localstack/tools.sh ministack sam aws
	TAPEDECK_STACK=deploy $(STACK_BIN) walk docs/deploy.md

FROM ?= adcaf58
test-upgrade: build build-local ## this version deployed over an earlier one (FROM=a revision that the clone has)
	@localstack/tools.sh ministack sam
	TAPEDECK_STACK=upgrade $(STACK_BIN) upgrade $(FROM)

# CPU is that of the parameter Architecture (arm64 or amd64). samconfig.toml has the rest: infra/samconfig.example.toml.
deploy: ## into AWS: functions, stack, pages (NAME=tapedeck, samconfig.toml)
	@$(MAKE) --no-print-directory build-functions GOOS=linux GOARCH=$(or $(CPU),arm64)
	@$(MAKE) --no-print-directory build-web
	@infra/deploy.sh $(or $(NAME),tapedeck)

check: check-go check-web check-template ## formatters, linters, drift

check-go:
	@test -z "$$(gofmt -l functions internal localstack cmd | tee /dev/stderr)"
	$(GO) vet ./... && $(GO) vet -C localstack/bench/terminals ./...
	GOOS=js GOARCH=wasm $(GO) vet ./cmd/offline
	@localstack/tools.sh staticcheck
	.tools/bin/staticcheck ./...
	@localstack/tools.sh oapi-codegen
	@.tools/bin/oapi-codegen -config internal/api/oapi-codegen.yaml -o .tools/api.gen.go internal/api/openapi.yaml
	@diff -u internal/api/api.gen.go .tools/api.gen.go || { echo "api.gen.go is not what openapi.yaml makes"; exit 1; }

check-web: web-modules
	cd web && npm run --silent typecheck && npm run --silent format:check
	@cd web && npx --no-install openapi-typescript ../internal/api/openapi.yaml -o ../.tools/schema.gen.ts >/dev/null 2>&1
	@diff -u web/src/api/schema.gen.ts .tools/schema.gen.ts || { echo "schema.gen.ts is not what openapi.yaml makes"; exit 1; }

check-template:
	@localstack/tools.sh sam checkov hclfmt
	.tools/sam/bin/cfn-lint template.yaml infra/*/template.yaml
	AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x SAM_CLI_TELEMETRY=0 .tools/sam/bin/sam validate --lint
	.tools/checkov/bin/checkov --config-file infra/checkov.yaml --skip-download -f template.yaml $(addprefix -f ,$(wildcard infra/*/template.yaml))
	@for file in infra/terraform/*.tf infra/terraform/tests/*.hcl; do .tools/bin/hclfmt -require-no-change "$$file" >/dev/null || { echo "$$file is not formatted: .tools/bin/hclfmt -w $$file"; exit 1; }; done

include localstack/bench/bench.mk
