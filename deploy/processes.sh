# For up.sh and down.sh: processes that outlive the script which starts them. Needs $run.
# A process is known by its number and the time of its start, because numbers are used again.

# started_at PID: clock ticks since boot; nothing where there is no such process, or where it has ended and nobody has taken notice yet
started_at() {
  local stat
  stat=$(cat "/proc/$1/stat" 2> /dev/null) || return 0
  # The name stands in brackets and may hold anything.
  stat=${stat##*) }
  set -- $stat
  [ "$1" = Z ] || echo "${20}"
}

# is_running NAME
is_running() {
  local pid since
  [ -s "$run/$1.pid" ] || return 1
  read -r pid since < "$run/$1.pid" || return 1
  [ -n "$since" ] && [ "$(started_at "$pid")" = "$since" ]
}

# start_process NAME COMMAND...: in a session of its own, with both outputs in a file
start_process() {
  local name=$1 pid
  shift
  setsid nohup "$@" < /dev/null > "$run/$name.log" 2>&1 9>&- &
  pid=$!
  echo "$pid $(started_at "$pid")" > "$run/$name.pid"
}

# stop_process NAME: asks, waits, and only then insists
stop_process() {
  local pid
  if is_running "$1"; then
    read -r pid _ < "$run/$1.pid"
    kill -TERM "$pid" 2> /dev/null || true
    for _ in $(seq 300); do
      is_running "$1" || break
      sleep 0.1
    done
    if is_running "$1"; then
      kill -KILL "$pid" 2> /dev/null || true
    fi
  fi
  rm -f "$run/$1.pid"
}

# answers URL: true if http://localhost:PORT/PATH answers 200
answers() {
  local place=${1#http://localhost:}
  timeout 5 bash -c '
    exec 3<> "/dev/tcp/127.0.0.1/$1" || exit 1
    printf "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" "$2" >&3
    read -r _ status _ <&3
    [ "$status" = 200 ]' _ "${place%%/*}" "/${place#*/}" 2> /dev/null
}

# wait_for URL SECONDS NAME: until it answers 200, or the process has ended
wait_for() {
  local end=$((SECONDS + $2))
  while [ "$SECONDS" -lt "$end" ]; do
    if answers "$1"; then
      return 0
    fi
    is_running "$3" || return 1
    sleep 0.3
  done
  return 1
}

# is_free PORT
is_free() { ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# remembered_port NAME FROM: that of the earlier run if it is free, else a free one of the 4,000 from FROM on
remembered_port() {
  local port
  port=$(sed -n "s/^$1=//p" "$run/ports" 2> /dev/null || true)
  while [ -z "$port" ] || ! is_free "$port"; do
    port=$(($2 + RANDOM % 4000))
  done
  echo "$port"
}

# remember_ports NAME PORT...: for the next run, in place of what was remembered under these names
remember_ports() {
  local kept
  kept=$(cat "$run/ports" 2> /dev/null || true)
  while [ $# -gt 0 ]; do
    kept=$(grep -v "^$1=" <<< "$kept" || true)
    kept+=$'\n'$1=$2
    shift 2
  done
  echo "$kept" > "$run/ports"
}

# opened LOG FIELD: from the newest line of event 610 of a service's log, and from no other line: what the core sends may look like a code
opened() {
  sed -n 's/^{"Timestamp":"[^"]*","EventId":610,"LogLevel":"[A-Za-z]*","Category":"EncryptionService.Service.Keys.RootKeeper",.*"State":{.*"'"$2"'":"\([A-Za-z0-9_-]*\)".*/\1/p' "$1" | tail -n 1
}
