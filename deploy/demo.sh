#!/bin/bash
# Shows the service at work on one machine: builds it, deploys it on loopback beside a stand-in for the core, replays a membership history,
# kills it now and then, and shows what became of the groups. Needs the .NET 10 SDK.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
shared=${ENCRYPTION_SERVICE_SHARED:-$root/../shared}
history=$shared/data/kubernetes-org
run=$root/deploy/.run
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

if ! command -v dotnet > /dev/null; then
  echo "The .NET 10 SDK is missing: install it, and run this again." >&2
  exit 1
fi

mkdir -p "$run"
rm -rf "$run/data" "$run/result.json"
echo "Building the service and the hammer, which plays the core ..."
for project in src/Service tests/Hammer; do
  if ! dotnet build -c Release "$project" -v quiet > "$run/build.log" 2>&1; then
    cat "$run/build.log" >&2
    exit 1
  fi
done

service=artifacts/bin/EncryptionService.Service/release/EncryptionService.Service.dll
hammer=artifacts/bin/EncryptionService.Hammer/release/EncryptionService.Hammer.dll
if [ -d "$history" ]; then
  echo "Replaying six years of a real organization: 17,114 changes to users and groups, 100 a request."
  input=(--events "$history/events-2018-2023.jsonl" --expect "$history/expected-2023-12-31.json")
else
  echo "Replaying the sample: half a year of an invented firm, 20 changes a request. (The large history is in ../shared, which is absent.)"
  input=(--events tests/Hammer/sample/events.jsonl --expect tests/Hammer/sample/expected.json --members-per-request 20)
fi
echo "The service is killed without warning at least 20 times on the way."
echo

code=0
dotnet "$hammer" "${input[@]}" --service "$service" --kill-every 3 --story --keep "$run/data" --json "$run/result.json" || code=$?

cat << END

Where things are
  deploy/.run/data/ledger     the ledger: the service's only state, and its audit log
  deploy/.run/data/keys       the two customer's keys that stand in for Key Vault: never part of the ledger
  deploy/.run/data/recorded   every byte that left the service, and all that it printed
  deploy/.run/result.json     figures and checks

Next steps
  Verify the ledger: frames, chain, MACs, statements, sealed keys:
    dotnet $service ledger verify --Service:OrganizationId=hammer --Ledger:Path=deploy/.run/data/ledger --Keys:Path=deploy/.run/data/keys
  Run every test:
    bash tests/run.sh
  Read what is normative:
    docs/spec/envelope.md
END
exit "$code"
