#!/bin/bash
# Installs what package-lock.json names, unless that was done since the lock last changed. Several may call it at once.
set -euo pipefail
cd "$(dirname "$0")"
stamp=node_modules/.package-lock.json
exec 9> .installing
flock 9
if [ ! -e "$stamp" ] || [ package-lock.json -nt "$stamp" ]; then
  npm ci --silent --no-audit --no-fund --ignore-scripts
  touch "$stamp"
fi
