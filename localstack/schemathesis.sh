#!/bin/sh
# schemathesis.sh asks the API of a running stack what openapi.yaml allows, and what it does not: no answer may be a
# server error, or one that openapi.yaml does not describe. What roles may is tested in Go (internal/api).
set -eu
cd "$(dirname "$0")/.."
report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
token=$(.tools/bin/localstack token admin)
cd "$report"
# Without a token the emulator's gateway answers, not the API (on AWS in the same form, by the template).
printf '[generation]\nwith-security-parameters = false\n' >config.toml
export SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH="$OLDPWD/localstack" PYTHONDONTWRITEBYTECODE=1
"$OLDPWD/.tools/schemathesis/bin/st" --config-file config.toml run "$OLDPWD/internal/api/openapi.yaml" --url "$TAPEDECK_URL/api/v1" -H "Authorization: Bearer $token" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance \
  --phases examples,coverage,fuzzing -n 20 --seed 1 --continue-on-failure --warnings off --no-color >out 2>&1 || { tail -100 out; exit 1; }
grep -A1 '^Test cases:' out
