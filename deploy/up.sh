#!/bin/bash
# Builds and starts the whole chain on this machine and leaves it running: the provisioning host, and the encryption service of its first organization.
# The second organization has none: its administrator makes a configuration in the panel, and deploy/service.sh starts a service from it.
# Says where everything is in deploy/.run/up.json. bash deploy/down.sh stops it. Needs the .NET 10 SDK and Node.js 20.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
run=$root/deploy/.run
data=$root/.data
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
umask 077
mkdir -p "$run"
. "$root/deploy/processes.sh"

if ! command -v dotnet > /dev/null; then
  echo "The .NET 10 SDK is missing: install it, and run this again." >&2
  exit 1
fi

# Two at once would take each other's ports and files.
exec 9> "$run/up.lock"
if ! flock -w 600 9; then
  echo "Another deploy/up.sh is at work." >&2
  exit 1
fi

if is_running provisioning && is_running service && [ -s "$run/up.json" ]; then
  echo "It runs already: see deploy/.run/up.json. bash deploy/down.sh stops it."
  exit 0
fi

# What is left of an earlier run, one half of it perhaps.
stop_process service
stop_process provisioning
rm -f "$run/up.json"

echo "Building ..."
for project in src/Provisioning src/Service; do
  if ! dotnet build "$project" -c Release -v quiet 9>&- > "$run/build.log" 2>&1; then
    cat "$run/build.log" >&2
    exit 1
  fi
done
core=$root/artifacts/bin/EncryptionService.Provisioning/release/EncryptionService.Provisioning.dll
service=$root/artifacts/bin/EncryptionService.Service/release/EncryptionService.Service.dll

fail() {
  echo "$1" >&2
  for log in provisioning service; do
    if [ -s "$run/$log.log" ]; then
      echo "--- the end of deploy/.run/$log.log" >&2
      tail -n 15 "$run/$log.log" >&2
    fi
  done
  stop_process service
  stop_process provisioning
  exit 1
}

# The addresses of an earlier run stay, so that what was typed into an IdP stays right; unless somebody else has taken a port.
port=$(remembered_port core 20000)
grpc=$(remembered_port grpc 24000)
probe=$(remembered_port probe 28000)
remember_ports core "$port" grpc "$grpc" probe "$probe"
url=http://localhost:$port

# What a configuration made here names as its image: the program that deploy/service.sh starts in place of one.
image=localhost/encryption-service@sha256:$(sha256sum "$service" | cut -d ' ' -f 1)
# Settings go through the environment: whoever lists processes sees no secret.
printf 'export %s\n' "Provisioning__PublicUrl=$url" "Provisioning__Port=$port" Provisioning__LoopbackOnly=true Provisioning__AllowLocalServices=true \
  "Provisioning__ServiceImage=$image" > "$run/provisioning.env"
. "$run/provisioning.env"
verb() { dotnet "$core" "$@" 9>&-; }

# field JSON NAME: a string without escapes, as ids, addresses and tokens are
field() { sed -n "s/.*\"$2\":\"\\([^\"]*\\)\".*/\\1/p" <<< "$1"; }

echo "Starting the provisioning host ..."
start_process provisioning dotnet "$core"
wait_for "$url/healthz/ready" 60 provisioning || fail "The provisioning host does not become ready."

for organization in demo second; do
  verb org list --json | grep -q "\"organization\":\"$organization\"" || verb org create "$organization" --name "Organization $organization" > /dev/null
done

# connection ORGANIZATION: base URL and token in one line; the token of an earlier run, while it is known
connection() {
  local file=$run/connection-$1 made
  if [ -s "$file" ] && verb connection list --org "$1" --json | grep -q "\"connection\":\"$(field "$(cat "$file")" connection)\""; then
    cat "$file"
    return
  fi
  made=$(verb connection create --org "$1" --kind entra --json)
  echo "$made" > "$file"
  echo "$made"
}
first=$(connection demo)
second=$(connection second)
# A port of an earlier run may have been taken meanwhile; the path stays.
address() { echo "$url$(field "$1" baseUrl | sed 's|^http://[^/]*||')"; }

echo "Starting the encryption service of organization demo ..."
mkdir -p "$data/service"
settings=$run/service.env
verb service configure --org demo --env --out "$settings" > /dev/null
(
  set -a
  . "$settings"
  export Service__GrpcPort=$grpc Service__ProbePort=$probe Service__LoopbackOnly=true Service__PublicAddress=http://localhost:$grpc
  export Keys__Path=.data/service/keys Ledger__Path=.data/service/ledger
  start_process service dotnet "$service"
)
rm -f "$settings"
wait_for "http://localhost:$probe/healthz/ready" 60 service || fail "The encryption service does not become ready."
enrolled=no
for _ in $(seq 60); do
  # The address tells this enrolment from one of an earlier run.
  if verb status --org demo --json | grep -q "\"service\":{\"state\":\"enrolled\",\"address\":\"http://localhost:$grpc/\\{0,1\\}\""; then
    enrolled=yes
    break
  fi
  is_running service && is_running provisioning || break
  sleep 1
done
[ $enrolled = yes ] || fail "The encryption service of organization demo does not enrol."

# Good once; that of an earlier run while nobody has used it.
admin=$(cat "$run/admin-link" 2> /dev/null || true)
if [ -z "$admin" ] || [ "${admin%%/admin/*}" != "$url" ] || ! answers "$admin"; then
  admin=$(field "$(verb admin link --org second --json)" link)
  echo "$admin" > "$run/admin-link"
fi

# Services that deploy/service.sh started in an earlier run.
shopt -s nullglob
for configuration in .data/service-*/configuration.json; do
  bash deploy/service.sh "$root/$configuration" 9>&- > "$run/service.out" 2>&1 || { echo "Not started again, from $configuration:" && cat "$run/service.out"; } >&2
done

# What members trust, from the service's own words and not from the core's.
code=$(opened "$run/service.log" Code)
cat > "$run/up.json.tmp" << END
{
  "scimBaseUrl": "$(address "$first")",
  "scimToken": "$(field "$first" token)",
  "scimBaseUrl2": "$(address "$second")",
  "scimToken2": "$(field "$second" token)",
  "panelUrl": "$url/admin",
  "adminLink": "$admin",
  "grpcAddress": "http://localhost:$grpc",
  "probeUrl": "http://localhost:$probe",
  "organizationCode": "$code"
}
END
mv "$run/up.json.tmp" "$run/up.json"

cat << END
Both hosts are ready, and organization demo's service is enrolled. Addresses and tokens stand in deploy/.run/up.json.
  panel      $url/admin
             a link that makes an administrator of organization second, good once:
             $admin
  logs       deploy/.run/provisioning.log  deploy/.run/service.log
  data       .data
  mail       .data/mail (invitations, one file each)
  status     (. deploy/.run/provisioning.env; dotnet artifacts/bin/EncryptionService.Provisioning/release/EncryptionService.Provisioning.dll status)
  stop       bash deploy/down.sh
END
