#!/bin/bash
# A private blob storage (Azurite) for tests: loopback only, HTTPS, bearer tokens, a port that the kernel gives, data in a temporary folder.
#   bash tests/azurite.sh start [--memory]     installs what tests/Azurite names, starts it, prints the file that says where it listens and whom to trust
#   bash tests/azurite.sh container NAME       creates a container there
#   bash tests/azurite.sh stop                 stops it and deletes its data
# With --memory nothing is written to disk. Certificate and key come from AZURITE_CERT and AZURITE_KEY, with AZURITE_CA the file that a client
# has to trust (default: the certificate); without them it makes an authority and a certificate of its own.
# The file is artifacts/azurite/where.json: {"blobUrl":"https://127.0.0.1:PORT/devstoreaccount1","caFile":"..."}. Any bearer token that looks
# like one of Entra ID is accepted: nobody checks its signature.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD/artifacts/azurite
program=$PWD/tests/Azurite/node_modules/azurite/dist/src/blob/main.js
umask 077

say() { echo "$@" >&2; }

install() {
  command -v node > /dev/null && command -v npm > /dev/null || {
    say "Azurite needs node and npm: apt-get install nodejs npm"
    return 1
  }
  bash tests/Azurite/install.sh >&2
}

stop() {
  [ -s "$here/where" ] || return 0
  local data server
  data=$(cat "$here/where")
  server=$(cat "$data/pid" 2> /dev/null || echo 0)
  # A process of that number that is not ours would be a later one.
  if [ "$server" -gt 0 ] && ps -p "$server" -o command= 2> /dev/null | grep -qF "$program"; then
    kill "$server" 2> /dev/null || true
    for _ in $(seq 100); do
      kill -0 "$server" 2> /dev/null || break
      sleep 0.1
    done
    kill -9 "$server" 2> /dev/null || true
  fi
  rm -rf "$data" "$here/where" "$here/where.json"
}

# An authority, and a certificate of it for loopback: ca.pem, cert.pem, key.pem in folder $1.
certify() {
  (
    cd "$1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Tests" -keyout ca-key.pem -out ca.pem \
      -addext "keyUsage=critical,keyCertSign,cRLSign"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout key.pem -out request.pem
    printf '%s\n' "subjectAltName=IP:127.0.0.1,DNS:localhost" "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" \
      "extendedKeyUsage=serverAuth" > extensions.txt
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile extensions.txt -out cert.pem
    rm ca-key.pem request.pem extensions.txt
  ) > "$1/certify.log" 2>&1 || { cat "$1/certify.log" >&2; return 1; }
}

start() {
  local data cert key ca port place=()
  mkdir -p "$here"
  install
  stop
  data=$(mktemp -d "${TMPDIR:-/tmp}/ledger-azurite.XXXXXX")
  echo "$data" > "$here/where"
  if [ -n "${AZURITE_CERT:-}" ] && [ -n "${AZURITE_KEY:-}" ]; then
    cert=$AZURITE_CERT key=$AZURITE_KEY ca=${AZURITE_CA:-$AZURITE_CERT}
  else
    certify "$data"
    cert=$data/cert.pem key=$data/key.pem ca=$data/ca.pem
  fi
  if [ "$1" = yes ]; then
    place=(--inMemoryPersistence)
  else
    place=(--location "$data/blobs")
  fi
  nohup node "$program" --blobHost 127.0.0.1 --blobPort 0 --oauth basic --cert "$cert" --key "$key" --skipApiVersionCheck --silent --disableTelemetry \
    --disableProductStyleUrl "${place[@]}" > "$data/server.log" 2>&1 &
  echo $! > "$data/pid"
  for _ in $(seq 300); do
    port=$(sed -n 's|.*successfully listens on https://127\.0\.0\.1:\([0-9]*\).*|\1|p' "$data/server.log")
    if [ -n "$port" ]; then
      printf '{"blobUrl":"https://127.0.0.1:%s/devstoreaccount1","caFile":"%s"}\n' "$port" "$ca" > "$here/where.json"
      echo "$here/where.json"
      return
    fi
    kill -0 "$(cat "$data/pid")" 2> /dev/null || break
    sleep 0.1
  done
  tail -n 20 "$data/server.log" >&2
  return 1
}

field() { sed -n "s|.*\"$1\":\"\([^\"]*\)\".*|\1|p" "$here/where.json"; }

url64() { base64 -w 0 | tr '+/' '-_' | tr -d '='; }

token() {
  local now
  now=$(date +%s)
  printf '%s.%s.%s' "$(printf '{"alg":"RS256","typ":"JWT"}' | url64)" \
    "$(printf '{"aud":"https://storage.azure.com","iss":"https://sts.windows.net/tests/","iat":%d,"nbf":%d,"exp":%d}' "$now" $((now - 300)) $((now + 3600)) | url64)" \
    "$(printf 'nobody checks it' | url64)"
}

container() {
  [ -s "$here/where.json" ] || { say "No storage is running: bash tests/azurite.sh start"; return 1; }
  curl -fsS --cacert "$(field caFile)" -X PUT -H "Authorization: Bearer $(token)" -H "x-ms-version: 2024-11-04" -H "Content-Length: 0" \
    "$(field blobUrl)/$1?restype=container"
}

case "${1:-} ${2:-}" in
  "start ") start no ;;
  "start --memory") start yes ;;
  "stop ") stop ;;
  "container "?*) container "$2" ;;
  *)
    say "bash tests/azurite.sh start [--memory] | container NAME | stop"
    exit 2
    ;;
esac
