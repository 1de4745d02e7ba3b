#!/bin/bash
# A private Docker Engine for the container tests: own socket, own data, own containerd namespace, no bridge, no change to the firewall. Another engine on
# this machine is left alone; containers use the host's network.
#   bash tests/container/docker.sh start   installs Debian's docker.io if there is no engine, starts it, prints its address (for DOCKER_HOST)
#   bash tests/container/docker.sh stop    ends its containers, stops it, deletes its data
# Where no engine can run it says why in one line and exits 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
here=$PWD/artifacts/container
umask 077

say() { echo "$@" >&2; }

install() {
  command -v dockerd > /dev/null && command -v docker > /dev/null && return
  if ! command -v apt-get > /dev/null; then
    say "Docker Engine is absent, and only on Debian it can be installed here: apt-get install docker.io"
    return 1
  fi
  say "Installing Docker Engine ..."
  # The package would start an engine of its own, where a service manager runs. What it brings is used, what it recommends is not needed.
  {
    apt-get update -q
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends docker.io
  } > "$here/install.log" 2>&1 || {
    say "Docker Engine cannot be installed: $(tail -n 1 "$here/install.log")"
    return 1
  }
}

# ours PID FOLDER: a process of this number that is the engine of this folder
ours() { [ -r "/proc/$1/cmdline" ] && tr '\0' ' ' < "/proc/$1/cmdline" | grep -q -- "--data-root $2/"; }

stop() {
  [ -s "$here/where" ] || return 0
  local place pid
  place=$(cat "$here/where")
  export DOCKER_HOST=unix://$place/docker.sock
  pid=$(cat "$place/docker.pid" 2> /dev/null || true)
  if [ -n "$pid" ] && ours "$pid" "$place"; then
    timeout 60 docker ps -q 2> /dev/null | xargs -r timeout 60 docker kill > /dev/null 2>&1 || true
    kill -TERM "$pid" 2> /dev/null || true
    for _ in $(seq 300); do
      ours "$pid" "$place" || break
      sleep 0.1
    done
    if ours "$pid" "$place"; then
      kill -KILL "$pid" || true
    fi
  fi
  # What an engine that was killed has left mounted must not be deleted through its mount points.
  awk -v place="$place/" 'index($2, place) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount -l || true
  rm -rf --one-file-system "$place" "$here/where"
}

# able: whether this engine can hold a container to a size
able() {
  local can
  can=$(docker info --format '{{.MemoryLimit}} {{.CPUCfsQuota}} {{.PidsLimit}}' 2> /dev/null || true)
  [ "$can" = "true true true" ] || { say "Docker Engine runs here, but cannot limit memory, CPU and processes ($can)."; return 1; }
}

start() {
  local place name
  mkdir -p "$here"
  if [ "$(uname -s)" != Linux ] || [ "$(id -u)" -ne 0 ]; then
    say "A Docker Engine of our own needs root on Linux."
    return 1
  fi
  install
  stop
  place=$(mktemp -d "${TMPDIR:-/tmp}/engine.XXXXXX")
  name=$(basename "$place")
  echo "$place" > "$here/where"
  setsid nohup dockerd --host "unix://$place/docker.sock" --data-root "$place/data" --exec-root "$place/exec" --pidfile "$place/docker.pid" \
    --containerd-namespace "$name" --containerd-plugins-namespace "$name-plugins" \
    --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --userland-proxy=false < /dev/null > "$here/dockerd.log" 2>&1 &
  export DOCKER_HOST=unix://$place/docker.sock
  for _ in $(seq 300); do
    if docker version > /dev/null 2>&1; then
      able || { stop; return 1; }
      echo "$DOCKER_HOST"
      return
    fi
    kill -0 $! 2> /dev/null || break
    sleep 0.1
  done
  say "Docker Engine does not start here: $(grep -v 'level=info' "$here/dockerd.log" | tail -n 1)"
  stop
  return 1
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *)
    say "bash tests/container/docker.sh start | stop"
    exit 2
    ;;
esac
