#!/bin/bash
# For the hammer, as ENCRYPTION_SERVICE_HAMMER_LAUNCHER: runs the service as a hardened container in place of "dotnet FILE", on the same ports and the
# same folders; every other program as it is. ENCRYPTION_SERVICE_IMAGE names the image, DOCKER_HOST the engine.
#   launch.sh FILE          runs it
#   launch.sh FILE --gone   whoever ran it was killed: kills what is left of it, and returns once nothing is
set -euo pipefail
umask 077
if [ "$(basename "$1")" != EncryptionService.Service.dll ]; then
  [ $# -eq 1 ] || exit 0
  exec dotnet "$1"
fi

name=hammer-${Service__GrpcPort:?}
if [ "${2:-}" = --gone ]; then
  while docker container inspect "$name" > /dev/null 2>&1; do
    docker rm --force "$name" > /dev/null 2>&1 || sleep 0.05
  done
  exit 0
fi

mounts=()
for folder in "${Keys__Path:?}" "${Ledger__Path:?}"; do
  mkdir -p "$folder"
  chown -R 1654:1654 "$folder"
  mounts+=(--volume "$folder:$folder")
done
# By name only: whoever lists processes sees no secret.
settings=()
for setting in $(compgen -e | grep -E '^(Service|Keys|Ledger|Core|Posting)__'); do
  settings+=(--env "$setting")
done
# The name is the lock. The engine may still be making the container of a client that was killed, or be removing one, and then the name is taken.
for _ in $(seq 600); do
  docker rm --force "$name" > /dev/null 2>&1 || true
  if refusal=$(docker create --rm --name "$name" --network host --read-only --cap-drop ALL --security-opt no-new-privileges --pids-limit 256 \
    --memory 512m --memory-swap 512m --cpus 0.25 --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m "${mounts[@]}" "${settings[@]}" "${ENCRYPTION_SERVICE_IMAGE:?}" 2>&1 > /dev/null); then
    exec docker start --attach "$name"
  fi
  sleep 0.05
done
echo "The container $name cannot be made: $refusal" >&2
exit 125
