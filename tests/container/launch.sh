#!/bin/bash
# For the hammer, as ENCRYPTION_SERVICE_HAMMER_LAUNCHER: runs the service as a hardened container in place of "dotnet FILE", on the same ports and the
# same folders; every other program as it is. ENCRYPTION_SERVICE_IMAGE names the image, DOCKER_HOST the engine.
# Whoever kills this leaves the container behind: the next one on the same port kills that first, which is as sudden.
set -euo pipefail
umask 077
[ "$(basename "$1")" = EncryptionService.Service.dll ] || exec dotnet "$@"

name=hammer-${Service__GrpcPort:?}
docker rm --force "$name" > /dev/null 2>&1 || true
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
exec docker run --rm --name "$name" --network host --read-only --cap-drop ALL --security-opt no-new-privileges --pids-limit 256 \
  --memory 512m --memory-swap 512m --cpus 0.25 --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m "${mounts[@]}" "${settings[@]}" "${ENCRYPTION_SERVICE_IMAGE:?}"
