#!/bin/sh
# tools.sh TOOL... installs pinned tools into the git-ignored .tools folder, once per version.
#   ministack    the emulator (Python)
#   sam          SAM CLI and cfn-lint (Python)
#   aws          AWS CLI (Python)
#   checkov      looks through templates (Python)
#   schemathesis asks the API what openapi.yaml allows, and what it does not (Python)
#   engines      dynalite (npm): the DynamoDB of the index tests
#   web          what the pages are made of (npm)
#   lighthouse   what measures them (npm)
#   chromium     looked for; installed only by root, or in CI, with apt-get
#   age          Debian's, installed as chromium is; and today's (Go)
#   shells       fish and zsh, installed as chromium is: they read what tapedeck completion writes
#   staticcheck  oapi-codegen  hclfmt  versitygw   (Go)
set -eu
cd "$(dirname "$0")/.."
root=$PWD
mkdir -p .tools/bin

say() { echo "tools: $*"; }
fail() { echo "tools: $*" >&2; exit 1; }

# A stamp holds what was installed; a changed lock or interpreter installs anew.
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

python() { # prints a Python that can make environments
  for p in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    if "$p" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then command -v "$p"; return; fi
  done
  fail "no Python 3.10 or newer with venv was found. On Debian: sudo apt-get install python3 python3-venv (or: make PYTHON=/path/to/python3 ...)"
}

venv() { # NAME
  lock=localstack/requirements-$1.txt stamp=.tools/$1/.installed
  py=$(python)
  want="$(cksum <"$lock") $("$py" -V)"
  if fresh "$stamp" "$want"; then return; fi
  say "$1: installing (about a minute)"
  "$py" -m venv --clear ".tools/$1"
  "$root/.tools/$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$lock"
  echo "$want" >"$stamp"
  say "$1: installed"
}

npm_modules() { # NAME FOLDER
  stamp=$2/node_modules/.installed
  want="$(cksum <"$2/package-lock.json") $(node --version)"
  if fresh "$stamp" "$want"; then return; fi
  say "$1: installing"
  (cd "$2" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  echo "$want" >"$stamp"
  say "$1: installed"
}

debian() { # PROGRAM PACKAGES...: Debian's, where it is not there and may be installed
  program=$1; shift
  if command -v "$program" >/dev/null; then return; fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return 1; fi
  say "$program: installing"
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

browser() { # a function named as the program would be found instead of it
  for program in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
    if command -v "$program" >/dev/null; then return; fi
  done
  debian chromium chromium fonts-noto-cjk || fail "no chromium was found. On Debian: sudo apt-get install chromium (or set CHROMIUM=/path/to/it)"
}

# Tests that need one of these are skipped where it is not, but in CI fail.
perhaps() { debian "$1" "$1" || say "no $1 was found: its tests will be skipped. On Debian: sudo apt-get install $1"; }

go_tool() { # MODULE@VERSION PACKAGE-SUFFIX
  package=${1%@*}$2 version=${1#*@}
  stamp=.tools/bin/.$(basename "$package")
  want="$version $(go env GOVERSION)"
  if fresh "$stamp" "$want"; then return; fi
  say "$(basename "$package") $version: building"
  GOBIN=$root/.tools/bin go install -buildvcs=false -trimpath "$package@$version"
  echo "$want" >"$stamp"
}

install() {
  case $1 in
    ministack | sam | aws | checkov | schemathesis) venv "$1" ;;
    engines) npm_modules engines localstack ;;
    web) npm_modules web web ;;
    lighthouse) npm_modules lighthouse localstack/lighthouse ;;
    chromium) browser ;;
    age) perhaps age; go_tool filippo.io/age@v1.3.2 /cmd/age ;;
    shells) perhaps fish; perhaps zsh ;;
    staticcheck) go_tool honnef.co/go/tools@v0.8.2 /cmd/staticcheck ;;
    oapi-codegen) go_tool github.com/oapi-codegen/oapi-codegen/v2@v2.8.2 /cmd/oapi-codegen ;;
    hclfmt) go_tool github.com/hashicorp/hcl/v2@v2.24.0 /cmd/hclfmt ;;
    versitygw) go_tool github.com/versity/versitygw@v1.8.0 /cmd/versitygw ;;
    *) fail "unknown tool $1" ;;
  esac
}

# The Python environments are mostly downloads: they go side by side, the rest one after the other.
pids=
for tool in "$@"; do
  case $tool in
    ministack | sam | aws | checkov | schemathesis) install "$tool" & pids="$pids $!" ;;
    *) install "$tool" ;;
  esac
done
for pid in $pids; do wait "$pid" || fail "an installation failed (see above)"; done
