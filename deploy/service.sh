#!/bin/bash
# Starts an encryption service on this machine from the file that Create configuration gave, in place of the container in Azure that the file describes:
# the same settings, keys and ledger in folders under .data. bash deploy/service.sh FILE. bash deploy/down.sh stops it. Needs the .NET 10 SDK.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
run=$root/deploy/.run
umask 077
mkdir -p "$run"
. "$root/deploy/processes.sh"

if [ $# -ne 1 ]; then
  echo "bash deploy/service.sh FILE: the file that Create configuration in the panel gave." >&2
  exit 2
fi
file=$1
# Whoever calls from another folder names it from there.
[ "${file#/}" != "$file" ] || file=${OLDPWD:-$root}/$file
if [ ! -r "$file" ]; then
  echo "$1 is not there, or cannot be read." >&2
  exit 2
fi
service=$root/artifacts/bin/EncryptionService.Service/release/EncryptionService.Service.dll
if [ ! -s "$service" ]; then
  echo "The service is not built: run bash deploy/up.sh first." >&2
  exit 1
fi

# default PARAMETER: what the core filled in; the file is written as docs/spec/configuration.md says
default() { sed -n "/^    \"$1\": {\$/,/^    }/s/^ *\"defaultValue\": \"\\(.*\\)\",\\{0,1\\}\$/\\1/p" "$file" | sed 's/\\"/"/g'; }
organization=$(default organizationId)
token=$(default enrolmentToken)
url=$(default coreUrl)
id=$(default coreId)
key=$(default coreCallKey)
image=$(default containerImage)
if [ -z "$organization" ] || [ -z "$token" ] || [ -z "$url" ] || [ -z "$id" ] || [ -z "$key" ] || ! [[ $organization =~ ^[A-Za-z0-9._-]+$ ]]; then
  echo "$1 is not a file that Create configuration gave, or it was changed. Download it anew." >&2
  exit 2
fi
case $url in
  http://localhost:*/ | http://127.0.0.1:*/) ;;
  *)
    echo "The file is for Azure: its core is $url, and that one could not reach a service on this machine. Paste the file in the portal instead." >&2
    exit 2
    ;;
esac
if ! answers "${url}healthz/ready"; then
  echo "The core of the file, $url, does not answer: bash deploy/up.sh first. If that one has another address by now, create the configuration again." >&2
  exit 1
fi
if [ "${image##*@sha256:}" != "$(sha256sum "$service" | cut -d ' ' -f 1)" ]; then
  echo "Note: the service was built anew since the file was made; the one of now is started."
fi

name=service-$organization
exec 9> "$run/$name.lock"
if ! flock -n 9; then
  echo "Another deploy/service.sh is at work for organization $organization." >&2
  exit 1
fi
stop_process "$name"
grpc=$(remembered_port "grpc-$organization" 24000)
probe=$(remembered_port "probe-$organization" 28000)
remember_ports "grpc-$organization" "$grpc" "probe-$organization" "$probe"
mkdir -p ".data/$name"
# For the next up.sh, which starts it again. Its token is used up by then.
kept=.data/$name/configuration.json
[ "$(realpath "$file")" = "$(realpath -m "$kept")" ] || cp "$file" "$kept"

echo "Starting the encryption service of organization $organization ..."
(
  export Service__OrganizationId=$organization Service__EnrolmentToken=$token Core__Url=$url Core__Id=$id Core__CallKey=$key
  export Service__GrpcPort=$grpc Service__ProbePort=$probe Service__LoopbackOnly=true Service__PublicAddress=http://localhost:$grpc
  export Keys__Path=.data/$name/keys Ledger__Path=.data/$name/ledger
  start_process "$name" dotnet "$service"
)
if ! wait_for "http://localhost:$probe/healthz/ready" 60 "$name"; then
  echo "The encryption service does not become ready. The end of deploy/.run/$name.log:" >&2
  tail -n 15 "$run/$name.log" >&2
  stop_process "$name"
  exit 1
fi

for _ in $(seq 60); do
  if grep -q '"EventId":510,' "$run/$name.log"; then
    cat << END
It runs, and has enrolled. Compare what the panel shows with the service's own words:
  identity           $(opened "$run/$name.log" Identity)
  organization key   $(opened "$run/$name.log" OrganizationKey)
  organization code  $(opened "$run/$name.log" Code)
  log                deploy/.run/$name.log
  stop               bash deploy/down.sh (with all the rest)
END
    exit 0
  fi
  is_running "$name" || break
  sleep 0.5
done
echo "It runs, but has not enrolled within half a minute. Its last word about that, in deploy/.run/$name.log:" >&2
grep -E '"EventId":51[0-9],' "$run/$name.log" | tail -n 1 | sed 's/.*"Message":"\([^"]*\)".*/  \1/' >&2
echo "If the token of the file was used or has run out: create the configuration again. bash deploy/down.sh stops the service." >&2
exit 1
