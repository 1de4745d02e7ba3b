#!/bin/bash
# Builds the member's page into artifacts/page, unless what it is made of has not changed since. Several builds at once wait for one another.
#   bash src/Page/build.sh [--modules-only]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=$PWD/../../artifacts
stamp=$out/page.stamp
mkdir -p "$out"

for tool in node npm; do
  if ! command -v $tool > /dev/null; then
    echo "error : The member's page is built with Node.js 20 or newer, and there is no $tool here. Install Node.js, and build again." >&2
    exit 1
  fi
done
if [ "$(node -p 'parseInt(process.versions.node)')" -lt 20 ]; then
  echo "error : The member's page is built with Node.js 20 or newer; this one is $(node -v)." >&2
  exit 1
fi

exec 9> "$out/page.lock"
flock 9

modules=node_modules/.package-lock.json
if [ ! -e $modules ] || [ package-lock.json -nt $modules ]; then
  npm ci --silent --no-audit --no-fund --ignore-scripts 9>&-
  touch $modules
fi
if [ "${1:-}" = --modules-only ]; then
  exit 0
fi

# The content decides, not its time: a checkout makes every file new.
inputs=$(find index.html src vectors build.mjs package.json package-lock.json ../../tests/Vectors/envelopes -type f -print0 | LC_ALL=C sort -z \
  | xargs -0 sha256sum | sha256sum)
if [ ! -s "$stamp" ] || [ "$(cat "$stamp")" != "$inputs" ] || [ ! -s "$out/page/index.html" ] || [ ! -s "$out/page-vectors/recovery.mjs" ]; then
  rm -f "$stamp"
  node build.mjs 9>&-
  echo "$inputs" > "$stamp"
fi
# MSBuild asks for the time.
touch "$stamp"
