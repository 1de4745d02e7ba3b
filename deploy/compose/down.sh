#!/bin/bash
# Stops what up.sh started. Data stays, and the next up.sh goes on with it; with --volumes data and secrets are deleted: bash deploy/compose/down.sh [--volumes]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./settings.sh
case "${1:-}" in
  "") $compose down ;;
  --volumes)
    $compose down --volumes
    rm -rf "${STATE:?}"
    ;;
  *)
    echo "bash deploy/compose/down.sh [--volumes]" >&2
    exit 2
    ;;
esac
