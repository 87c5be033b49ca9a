# Tapedeck. `make` prints this help.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
GO := go
GOFLAGS_BUILD := -buildvcs=false -trimpath -tags lambda.norpc -ldflags "-s -w"
FUNCTIONS := $(notdir $(patsubst %/main.go,%,$(wildcard functions/*/main.go)))
GOARCH ?= $(shell $(GO) env GOARCH)

.DEFAULT_GOAL := help
.PHONY: help build test test-unit test-contract check check-go check-template

help: ## this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

build: ## the functions, to dist/ (GOARCH=arm64 for AWS)
	@for f in $(FUNCTIONS); do echo "build $$f"; \
	  CGO_ENABLED=0 GOOS=linux GOARCH=$(GOARCH) $(GO) build $(GOFLAGS_BUILD) -o dist/$$f/bootstrap ./functions/$$f; done

test: test-unit test-contract ## every suite

test-unit: ## unit tests
	$(GO) test -buildvcs=false ./...

test-contract: ## contract suites on real engines
	@localstack/tools.sh engines
	localstack/with-dynalite.sh $(GO) test -buildvcs=false -count=1 -run 'Contract' ./internal/index/...

check: check-go check-template ## formatters, linters, drift

check-go:
	@test -z "$$(gofmt -l functions internal localstack cmd | tee /dev/stderr)"
	$(GO) vet ./...
	@localstack/tools.sh staticcheck
	.tools/bin/staticcheck ./...
	@localstack/tools.sh oapi-codegen
	@.tools/bin/oapi-codegen -config internal/api/oapi-codegen.yaml -o .tools/api.gen.go internal/api/openapi.yaml
	@diff -u internal/api/api.gen.go .tools/api.gen.go || { echo "api.gen.go is not what openapi.yaml makes"; exit 1; }

check-template:
	@localstack/tools.sh sam
	.tools/sam/bin/cfn-lint template.yaml
	AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x SAM_CLI_TELEMETRY=0 .tools/sam/bin/sam validate --lint
