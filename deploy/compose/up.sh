#!/bin/bash
# Builds the images and starts the whole chain of compose.yaml: bash deploy/compose/up.sh [--base IMAGE]. Again and again, it goes on with the data it has.
# Settings: compose.env beside it, or the environment. Secrets are made once, below STATE, for their owner only. Stop: bash deploy/compose/down.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
umask 077
. ./settings.sh
mkdir -p "$STATE"

say() { echo "$@" >&2; }

images() {
  local published
  (cd ../.. && bash deploy/image.sh "$@")
  published=$PWD/../../artifacts/image/azure-stand-in
  rm -rf "$published"
  dotnet publish ../../tests/AzureStandIn -c Release -p:UseAppHost=false -v quiet -nodeReuse:false -o "$published"
  chmod -R u=rwX,go=rX "$published"
  (cd ../.. && docker build --network none --file deploy/compose/Dockerfile ${2:+--build-arg "RUNTIME_IMAGE=$2"} --tag "$AZURE_IMAGE" --quiet . > /dev/null)
}

# until_true SECONDS WHAT COMMAND...
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { say "$what does not come up: $compose logs"; return 1; }
    sleep 0.5
  done
}

# field JSON NAME: a string without escapes
field() { sed -n "s/.*\"$2\":\"\\([^\"]*\\)\".*/\\1/p" <<< "$1"; }

# of_azure FILE: what the stand-in has written
of_azure() { docker cp "$($compose ps -q azure):/data/azure/$1" - 2> /dev/null | tar -xO; }

verb() { $compose exec -T provisioning dotnet /app/EncryptionService.Provisioning.dll "$@"; }

[ "$#" -eq 0 ] || [ "$1" = --base ] || { say "bash deploy/compose/up.sh [--base IMAGE]"; exit 2; }
images "$@"

# Secrets of this installation.
[ -s "$STATE/postgres-password" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$STATE/postgres-password"
echo "Database__ConnectionString=Host=localhost;Username=provisioning;Database=provisioning;Password=$(cat "$STATE/postgres-password")" > "$STATE/provisioning.env"
# Compose wants to read them before they can be made.
touch "$STATE/service.env" "$STATE/identity.env"
[ -e "$STATE/ca.pem" ] || : > "$STATE/ca.pem"

$compose up -d postgres provisioning azure
until_true 60 "The stand-in for Azure" of_azure stand-in.json
known=$(of_azure stand-in.json)
of_azure ca.pem > "$STATE/ca.pem"
chmod 644 "$STATE/ca.pem"
$compose up -d azurite
until_true 120 "Provisioning" curl -fsS "http://localhost:$PROVISIONING_PORT/healthz/ready"

# The blob container, which the template makes in Azure, made by the identity that it makes there.
identity=http://localhost:$IDENTITY_PORT/msi/token
header=$(field "$known" identityHeader) client=$(field "$known" clientId)
printf 'IDENTITY_ENDPOINT=%s\nIDENTITY_HEADER=%s\nAZURE_CLIENT_ID=%s\n' "$(field "$known" identityEndpoint)" "$header" "$client" > "$STATE/identity.env"
container() {
  local token
  token=$(field "$(curl -fsS -H "X-IDENTITY-HEADER: $header" "$identity?api-version=2019-08-01&resource=https://storage.azure.com&client_id=$client")" access_token)
  # 201: made; 409: it was there.
  curl -sS --cacert "$STATE/ca.pem" -o /dev/null -w '%{http_code}' -X PUT -H "Authorization: Bearer $token" -H "x-ms-version: 2024-11-04" -H "Content-Length: 0" \
    "https://localhost:$BLOB_PORT/devstoreaccount1/ledger?restype=container" | grep -qE '^(201|409)$'
}
until_true 60 "Azurite" container

verb org list --json | grep -q "\"organization\":\"$ORGANIZATION\"" || verb org create "$ORGANIZATION" --name "Organization $ORGANIZATION" > /dev/null
if ! grep -q Service__OrganizationId "$STATE/service.env"; then
  verb service configure --org "$ORGANIZATION" --env | sed "s/='\\(.*\\)'\$/=\\1/" > "$STATE/service.env"
fi
$compose up -d service
until_true 120 "The encryption service" curl -fsS "http://localhost:$PROBE_PORT/healthz/ready"

cat << END
Everything runs. http://localhost:$PROVISIONING_PORT is the core; the encryption service's probes are at http://localhost:$PROBE_PORT/healthz/ready.
  credentials for an IdP   $compose exec provisioning dotnet /app/EncryptionService.Provisioning.dll connection create --org $ORGANIZATION --kind entra
  status                   $compose exec provisioning dotnet /app/EncryptionService.Provisioning.dll status
  logs                     $compose logs -f service
  stop                     bash deploy/compose/down.sh
END
