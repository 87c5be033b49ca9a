#!/bin/sh
# section.sh NAME [FILE] <output puts what a benchmark printed between the marks of its section in docs/benchmarks.md, or FILE.
set -eu
cd "$(dirname "$0")/.."
file=${2:-docs/benchmarks.md}
new=$(mktemp)
trap 'rm -f "$new"' EXIT
grep -vE '^(goos|goarch|pkg|cpu|PASS|ok|Benchmark)' >"$new"
awk -v name="$1" -v new="$new" '
  $0 == "<!-- " name " -->" { print; while ((getline line < new) > 0) print line; skip = 1; next }
  $0 == "<!-- end -->" { skip = 0 }
  !skip' "$file" >"$new.md"
cat "$new.md" >"$file"
rm -f "$new.md"
