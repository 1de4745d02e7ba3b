#!/bin/bash
# A private PostgreSQL for tests and benchmarks: its own data directory, loopback only, a free port, a random password.
#   bash tests/postgres.sh start [--durable]   installs the server's Debian package if there is none, starts it, prints the file that holds the connection string
#   bash tests/postgres.sh stop                stops it and deletes its data
# Without --durable nothing is forced to disk: right for tests, wrong for figures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD/artifacts/postgres
umask 077

say() { echo "$@" >&2; }

# The server refuses to run as root.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

programs() { ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1; }

install() {
  [ -n "$(programs)" ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    say "PostgreSQL is absent, and only root on Debian can install it: apt-get install postgresql"
    return 1
  fi
  say "Installing PostgreSQL ..."
  # The package would start a server of its own.
  mkdir -p /etc/postgresql-common/createcluster.d
  chmod 755 /etc/postgresql-common /etc/postgresql-common/createcluster.d
  echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/no-main.conf
  chmod 644 /etc/postgresql-common/createcluster.d/no-main.conf
  {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql
  } > "$here/install.log" 2>&1 || { tail -n 5 "$here/install.log" >&2; return 1; }
  [ -n "$(programs)" ]
}

stop() {
  [ -s "$here/where" ] || return 0
  local data
  data=$(cat "$here/where")
  if [ -d "$data/db" ] && [ -n "$(programs)" ]; then
    (cd / && as_server "$(programs)/pg_ctl" stop -D "$data/db" -m immediate -w -t 30 > /dev/null 2>&1) || true
  fi
  rm -rf "$data" "$here/where" "$here/connection"
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    if ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
      echo "$port"
      return
    fi
  done
}

start() {
  local durable=$1 data password port
  mkdir -p "$here"
  install
  stop
  # The server's user need not be able to enter the checkout.
  data=$(mktemp -d "${TMPDIR:-/tmp}/core-postgres.XXXXXX")
  echo "$data" > "$here/where"
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "$password" > "$data/password"
  [ "$(id -u)" -ne 0 ] || chown -R postgres "$data"
  (cd / && as_server "$(programs)/initdb" -D "$data/db" -U tests --auth=scram-sha-256 --pwfile="$data/password" -E UTF8 --locale=C.UTF-8 --no-sync > "$data/initdb.log" 2>&1) || {
    cat "$data/initdb.log" >&2
    return 1
  }
  local settings="-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=400 -c shared_buffers=256MB -c max_wal_size=2GB"
  [ "$durable" = yes ] || settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    if (cd / && as_server "$(programs)/pg_ctl" start -D "$data/db" -l "$data/server.log" -w -t 60 -o "-p $port $settings" > /dev/null 2>&1); then
      echo "Host=127.0.0.1;Port=$port;Username=tests;Password=$password;Database=postgres;Maximum Pool Size=100" > "$here/connection"
      echo "$here/connection"
      return
    fi
  done
  tail -n 20 "$data/server.log" >&2
  return 1
}

case "${1:-}" in
  start) start "$([ "${2:-}" = --durable ] && echo yes || echo no)" ;;
  stop) stop ;;
  *)
    say "bash tests/postgres.sh start [--durable] | stop"
    exit 2
    ;;
esac
