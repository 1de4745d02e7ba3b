#!/bin/bash
# Sets up, builds, and runs every test. The last line is "N passed, N failed, N skipped"; the exit code is 0 only if nothing failed.
# What the steps say at length stands in artifacts/test-output.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
output=$root/artifacts/test-output
shared=${ENCRYPTION_SERVICE_SHARED:-$root/../shared}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en NO_COLOR=1 TERM=dumb
passed=0 failed=0 skipped=0
rm -rf "$output"
mkdir -p "$output"

# say NAME RESULT SECONDS
say() { printf '%-58s %-34s %4ss\n' "$1" "$2" "$3"; }

finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

# step NAME LOG COMMAND...: what has to work before anything can be tested
step() {
  local name=$1 log=$output/$2 began=$SECONDS
  shift 2
  if "$@" > "$log" 2>&1; then
    say "$name" done $((SECONDS - began))
  else
    failed=$((failed + 1))
    say "$name" FAILED $((SECONDS - began))
    tail -n 30 "$log"
    finish
  fi
}

# check NAME LOG COMMAND...: one test
check() {
  local name=$1 log=$output/$2 began=$SECONDS
  shift 2
  if "$@" > "$log" 2>&1; then
    passed=$((passed + 1))
    say "$name" passed $((SECONDS - began))
  else
    failed=$((failed + 1))
    say "$name" "FAILED, see ${log#"$root"/}" $((SECONDS - began))
    tail -n 15 "$log"
  fi
}

# figure FILE NAME: an attribute of the first <assembly> of a report
figure() { grep -o '<assembly [^>]*' "$1" 2> /dev/null | head -n 1 | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' || echo 0; }

# project NAME: one test program, with as many tests as it has
project() {
  local name=$1 began=$SECONDS code report ok bad out
  report=$output/$name.xml
  timeout 1500 dotnet "artifacts/bin/$name/release/$name.dll" -xml "$report" -noColor > "$output/$name.log" 2>&1
  code=$?
  ok=$(figure "$report" passed)
  bad=$(($(figure "$report" failed) + $(figure "$report" errors)))
  out=$(($(figure "$report" skipped) + $(figure "$report" not-run)))
  # A program that ended badly without naming a failure, or that found no test, has failed once.
  if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ $((ok + out)) -eq 0 ]; }; then
    bad=1
  fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + out))
  say "$name" "$ok passed, $bad failed, $out skipped" $((SECONDS - began))
  if [ "$bad" -gt 0 ]; then
    grep -A 12 -E '\[FAIL\]|error|Unhandled' "$output/$name.log" | head -n 60
  fi
}

step "Node modules of the interoperability tests" install.log bash tests/Interop/install.sh
step "Restore" restore.log dotnet restore EncryptionService.sln
step "Build, Release, warnings are errors" build.log dotnet build EncryptionService.sln -c Release --no-restore -m:2 -nodeReuse:false
check "Member's page: types, rules, vectors" page.log npm --prefix src/Page test
check "Formatting" format.log dotnet format whitespace EncryptionService.sln --no-restore --verify-no-changes

# A server of its own for the tests that need one; without it they say that they skip.
trap 'bash tests/postgres.sh stop' EXIT
began=$SECONDS
if bash tests/postgres.sh start > "$output/postgres.log" 2>&1; then
  ENCRYPTION_SERVICE_POSTGRES=$(cat artifacts/postgres/connection)
  export ENCRYPTION_SERVICE_POSTGRES
  say "PostgreSQL" started $((SECONDS - began))
else
  say "PostgreSQL" "absent, its tests are skipped" $((SECONDS - began))
  tail -n 5 "$output/postgres.log"
fi

# An engine of its own, likewise. What the images hold is published here, so that the tests of them wait for no compiler.
trap 'bash tests/postgres.sh stop; bash tests/container/docker.sh stop' EXIT
began=$SECONDS
if ENCRYPTION_SERVICE_DOCKER=$(bash tests/container/docker.sh start 2> "$output/docker.log"); then
  export ENCRYPTION_SERVICE_DOCKER
  say "Docker Engine" started $((SECONDS - began))
  check "Publish both hosts for their images" publish.log bash deploy/image.sh --publish-only
  export ENCRYPTION_SERVICE_PUBLISHED=yes
else
  unset ENCRYPTION_SERVICE_DOCKER
  say "Docker Engine" "absent, its tests are skipped" $((SECONDS - began))
  tail -n 5 "$output/docker.log"
fi

# The storage emulator: tests start it themselves; without it they say that they skip.
began=$SECONDS
if bash tests/Azurite/install.sh > "$output/azurite.log" 2>&1; then
  say "Azurite" installed $((SECONDS - began))
else
  say "Azurite" "absent, its tests are skipped" $((SECONDS - began))
fi

# The browser of the browser tests; without it they say that they skip.
began=$SECONDS
if ENCRYPTION_SERVICE_CHROMIUM=$(bash tests/chromium.sh 2> "$output/chromium.log"); then
  export ENCRYPTION_SERVICE_CHROMIUM
  say "Chromium" installed $((SECONDS - began))
else
  unset ENCRYPTION_SERVICE_CHROMIUM
  say "Chromium" "absent, its tests are skipped" $((SECONDS - began))
fi

for file in tests/*.Tests/*.csproj tests/EndToEnd/*.csproj; do
  project "$(basename "$file" .csproj)"
done

service=artifacts/bin/EncryptionService.Service/release/EncryptionService.Service.dll
hammer=artifacts/bin/EncryptionService.Hammer/release/EncryptionService.Hammer.dll
history=$shared/data/kubernetes-org
if [ -d "$history" ]; then
  input=(--events "$history/events-2018-2023.jsonl" --expect "$history/expected-2023-12-31.json" --limit 3000)
  of="3,000 lines"
else
  input=(--events tests/Hammer/sample/events.jsonl --expect tests/Hammer/sample/expected.json)
  of="the sample"
  skipped=$((skipped + 6))
  echo "The real history is absent (ENCRYPTION_SERVICE_SHARED, or ../shared): its 6 runs are skipped, the sample runs instead."
fi
for size in 1 100 1000; do
  check "Hammer, $of, $size a request" "hammer-$size.log" \
    timeout 300 dotnet "$hammer" "${input[@]}" --members-per-request "$size" --service "$service" --json "$output/hammer-$size.json"
  check "Hammer, $of, $size a request, killed" "hammer-$size-killed.log" \
    timeout 300 dotnet "$hammer" "${input[@]}" --members-per-request "$size" --service "$service" --json "$output/hammer-$size-killed.json" --kill-every 5
done

# The sample once more, with the service in a hardened container of the smallest size, built by the tests of the images.
if [ -n "${ENCRYPTION_SERVICE_DOCKER:-}" ]; then
  check "Hammer, the sample, in containers, killed" hammer-container.log \
    env DOCKER_HOST="$ENCRYPTION_SERVICE_DOCKER" ENCRYPTION_SERVICE_IMAGE=encryption-service:test ENCRYPTION_SERVICE_HAMMER_LAUNCHER="$root/tests/container/launch.sh" \
    timeout 480 dotnet "$hammer" --events tests/Hammer/sample/events.jsonl --expect tests/Hammer/sample/expected.json --members-per-request 1 \
    --service "$service" --json "$output/hammer-container.json" --kill-every 5
else
  skipped=$((skipped + 1))
fi

# The whole chain, as an IdP and its people drive it. The sample has what the first lines of the real history lack: departures, and groups that end.
core=artifacts/bin/EncryptionService.Provisioning/release/EncryptionService.Provisioning.dll
# scim NAME LOG ARGUMENTS...
scim() {
  local name=$1 log=$2
  shift 2
  check "$name" "hammer-scim-$log.log" timeout 300 dotnet "$hammer" "$@" --core "$core" --service "$service" --json "$output/hammer-scim-$log.json"
}
sample=(--events tests/Hammer/sample/events.jsonl --expect tests/Hammer/sample/expected.json --members-per-request 1)
scim "Through SCIM, sample, Entra ID" sample-entra "${sample[@]}" --through-scim entra
scim "Through SCIM, sample, Okta" sample-okta "${sample[@]}" --through-scim okta
scim "Through SCIM, $of, Entra ID" entra "${input[@]}" --through-scim entra
scim "Through SCIM, $of, Entra ID, killed" entra-killed "${input[@]}" --through-scim entra --kill-every 5
scim "Through SCIM, $of, Okta" okta "${input[@]}" --through-scim okta
if [ -n "${ENCRYPTION_SERVICE_POSTGRES:-}" ]; then
  scim "Through SCIM, $of, Entra ID, PostgreSQL" entra-postgres "${input[@]}" --through-scim entra --postgres "$ENCRYPTION_SERVICE_POSTGRES"
  scim "Through SCIM, $of, Okta, PostgreSQL, two, killed" okta-postgres "${input[@]}" --through-scim okta --postgres "$ENCRYPTION_SERVICE_POSTGRES" --instances 2 --kill-every 5
else
  skipped=$((skipped + 2))
fi

# The same as in Azure: ledger in append blobs, keys in a vault, two replicas behind an ingress, all of them killed in turn.
azure=(--azure --replicas 2 --kill-every 5)
check "Hammer, Azure, two replicas, $of, killed" hammer-azure-killed.log \
  timeout 300 dotnet "$hammer" "${input[@]}" --members-per-request 100 --service "$service" --json "$output/hammer-azure-killed.json" "${azure[@]}"
scim "Through SCIM, Azure, two replicas, sample, killed" azure-killed "${sample[@]}" --through-scim entra "${azure[@]}"

finish
