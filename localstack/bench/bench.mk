# What measures. Each target writes its part of docs/benchmarks.md or docs/cost.md, between the marks that bear its name.
.PHONY: bench bench-playback bench-graphics bench-export bench-search bench-seal bench-offline bench-cost bench-operations

bench: build build-local ## measure, and write docs/benchmarks.md
	@localstack/tools.sh ministack sam
	@$(GO) build -buildvcs=false -o .tools/bin/bench ./localstack/bench
	TAPEDECK_STACK=bench $(STACK_BIN) up -seed 600 -- sh -c '.tools/bin/bench | localstack/section.sh main'
	@cat docs/benchmarks.md

bench-search: ## measure searches, and write their part of docs/benchmarks.md (half an hour)
	@localstack/tools.sh engines
	@{ localstack/with-dynalite.sh $(GO) test -run '^$$' -bench Tables -benchtime 1x -timeout 30m ./internal/index; \
	  for n in 1000000 10000000; do $(GO) test -run '^$$' -bench Search -benchtime 1x -timeout 30m ./internal/index -rows $$n; done; \
	  $(GO) test -run '^$$' -bench Dictionary -benchtime 1x ./internal/index; } | localstack/section.sh search

bench-seal: ## measure sealing beside age's own writer, and write its part of docs/benchmarks.md
	@GOMAXPROCS=1 $(GO) test -run '^$$' -bench Seal -benchtime 1x ./internal/seal | localstack/section.sh seal

bench-playback: build-functions build-web ## archive and play recordings of up to 5 GB, and write their part of docs/benchmarks.md (25 minutes, 25 GB of disk)
	@localstack/tools.sh versitygw chromium
	@$(GO) build -buildvcs=false -o .tools/bin/bench ./localstack/bench
	@localstack/with-versitygw.sh .tools/bin/bench playback >.tools/playback.md
	@localstack/section.sh playback <.tools/playback.md

bench-graphics: build-functions build-web ## archive and play desktops beside Guacamole's own player, and write their part of docs/benchmarks.md (20 minutes, 4 GB of disk)
	@localstack/tools.sh versitygw chromium
	@$(GO) build -buildvcs=false -o .tools/bin/bench ./localstack/bench
	@localstack/with-versitygw.sh .tools/bin/bench graphics >.tools/graphics.md
	@localstack/section.sh graphics <.tools/graphics.md

bench-export: ## measure exports beside a plain copy, and write their part of docs/benchmarks.md (some minutes, 25 GB of disk)
	@localstack/tools.sh engines versitygw
	@$(GO) build -buildvcs=false -o .tools/bin/bench ./localstack/bench
	@localstack/with-dynalite.sh localstack/with-versitygw.sh .tools/bin/bench export >.tools/export.md
	@localstack/section.sh export <.tools/export.md

bench-cost: web-modules ## count what AWS would be asked for, price it, and write the tables of docs/cost.md (a minute)
	@localstack/tools.sh engines versitygw
	@$(GO) build -buildvcs=false -o .tools/bin/bench ./localstack/bench
	@localstack/with-dynalite.sh localstack/with-versitygw.sh .tools/bin/bench cost >.tools/cost.md
	@localstack/section.sh cost docs/cost.md <.tools/cost.md

bench-operations: build build-local ## measure functions, pages and a crowd on a stack of its own, and write their part of docs/benchmarks.md (15 minutes)
	@localstack/tools.sh ministack sam engines versitygw lighthouse chromium
	@$(GO) build -buildvcs=false -o .tools/bin/bench ./localstack/bench
	TAPEDECK_STACK=operations $(STACK_BIN) up -seed 300 -- sh -c '.tools/bin/bench operations >.tools/operations.md && node web/bench/pages.mjs >>.tools/operations.md'
	@localstack/with-dynalite.sh localstack/with-versitygw.sh .tools/bin/bench given >>.tools/operations.md
	@localstack/section.sh operations <.tools/operations.md

bench-offline: build-web ## measure the page for an export at home, and write its part of docs/benchmarks.md (some minutes, 1.5 GB of /tmp)
	@localstack/tools.sh chromium
	@node web/e2e/offline.bench.mjs | localstack/section.sh offline
