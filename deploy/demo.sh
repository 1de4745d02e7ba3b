#!/bin/bash
# Shows the whole chain in one go: builds it, starts both hosts on loopback, plays an Entra ID and an Okta cycle over real HTTP, lets people accept
# and open with eec, and says of every result whether it was as expected. Exits 0 only if all were. Needs the .NET 10 SDK and Node.js 20.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
data=$root/.data/demo
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
umask 077

if ! command -v dotnet > /dev/null; then
  echo "The .NET 10 SDK is missing: install it, and run this again." >&2
  exit 1
fi

mkdir -p "$root/.data"
echo "Building both hosts, the command line client, and the program that plays the IdPs ..."
for project in src/Provisioning src/Service src/Cli tests/Hammer; do
  if ! dotnet build -c Release "$project" -v quiet > "$root/.data/demo-build.log" 2>&1; then
    cat "$root/.data/demo-build.log" >&2
    exit 1
  fi
done

bin=$root/artifacts/bin
code=0
dotnet "$bin/EncryptionService.Hammer/release/EncryptionService.Hammer.dll" demo \
  --core "$bin/EncryptionService.Provisioning/release/EncryptionService.Provisioning.dll" \
  --service "$bin/EncryptionService.Service/release/EncryptionService.Service.dll" \
  --eec "$bin/EncryptionService.Cli/release/eec.dll" \
  --folder "$data" || code=$?

cat << END

Where things are
  .data/demo/core.db      the core's database
  .data/demo/mail         the invitations
  .data/demo/ledger       the service's ledger: its only state, and its audit log
  .data/demo/keys         the two keys that stand in for the customer's Key Vault: never part of the ledger
  .data/demo/people       each person's key file and passphrase
  .data/demo/recorded     what both hosts printed and answered

Next steps
  Leave both hosts running and connect an IdP:   bash deploy/up.sh
  Run every test:                                bash tests/run.sh
  Read what is normative:                        docs/spec
END
exit "$code"
