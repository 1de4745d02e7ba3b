#!/bin/bash
# Stops what deploy/up.sh and deploy/service.sh started, and nothing else. Data stays in .data; the next up.sh goes on with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
run=$PWD/deploy/.run
. deploy/processes.sh

stopped=no
shopt -s nullglob
for file in "$run"/service*.pid "$run/provisioning.pid"; do
  name=$(basename "$file" .pid)
  if is_running "$name"; then
    stopped=yes
  fi
  stop_process "$name"
done
rm -f "$run/up.json"
if [ $stopped = yes ]; then
  echo "Stopped."
else
  echo "Nothing of deploy/up.sh runs."
fi
