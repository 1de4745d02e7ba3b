#!/bin/bash
# Copies checkers of templates that lie outside the repository (FOLDER) to artifacts/azure-checkers, where their node modules can be installed, and prints where.
set -euo pipefail
source=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=$PWD/artifacts/azure-checkers
mkdir -p "$target"
exec 9> "$target/.lock"
flock 9
for file in "$source"/*.mjs "$source"/*.json; do
  cmp -s "$file" "$target/$(basename "$file")" || install -m 0644 "$file" "$target/"
done
if [ ! -e "$target/node_modules/.package-lock.json" ] || [ "$target/package.json" -nt "$target/node_modules/.package-lock.json" ]; then
  (cd "$target" && npm install --silent --no-audit --no-fund --ignore-scripts >&2 && touch node_modules/.package-lock.json)
fi
echo "$target"
