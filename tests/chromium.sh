#!/bin/bash
# Finds or installs the browser of the browser tests, Debian's Chromium, and prints the path of its program (for ENCRYPTION_SERVICE_CHROMIUM).
# Where there is none and none can be installed it says why in one line and exits 1.
set -euo pipefail
log=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/artifacts/chromium-install.log

if ! command -v chromium > /dev/null; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "Chromium is absent, and only root on Debian can install it here: apt-get install chromium" >&2
    exit 1
  fi
  mkdir -p "$(dirname "$log")"
  echo "Installing Chromium ..." >&2
  {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core
  } > "$log" 2>&1 || {
    echo "Chromium cannot be installed: $(tail -n 1 "$log")" >&2
    exit 1
  }
fi
command -v chromium
