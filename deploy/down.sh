#!/bin/bash
# Stops what deploy/up.sh started, and nothing else. Data stays in .data; the next up.sh goes on with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
run=$PWD/deploy/.run
. deploy/processes.sh

stopped=no
for name in service provisioning; do
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
