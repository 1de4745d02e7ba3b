#!/bin/bash
# Publishes both hosts and builds their images, encryption-service and encryption-service-provisioning. Needs the .NET 10 SDK, Node.js 20 and a Docker client
# (DOCKER_HOST says which engine), and no network where packages and the base are there already.
#   bash deploy/image.sh [--tag TAG] [--base IMAGE] [--prefix REGISTRY/] [--publish-only | --build-only]
#     --tag            default: local
#     --base           the runtime image; default: the Dockerfile's. Where it is released: by digest
#     --prefix         in front of both names, to push them elsewhere
#     --publish-only   stops before the engine is asked
#     --build-only     takes what was published before
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=$PWD/artifacts/image
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
tag=local base='' prefix='' publish=yes build=yes

while [ $# -gt 0 ]; do
  case $1 in
    --tag) tag=$2; shift ;;
    --base) base=$2; shift ;;
    --prefix) prefix=$2; shift ;;
    --publish-only) build=no ;;
    --build-only) publish=no ;;
    *)
      echo "bash deploy/image.sh [--tag TAG] [--base IMAGE] [--prefix REGISTRY/] [--publish-only | --build-only]" >&2
      exit 2
      ;;
  esac
  shift
done

# publish PROJECT NAME: framework-dependent, compiled ahead of time for linux-x64, from locked packages
publish() {
  echo "Publishing $1 ..."
  rm -rf "${out:?}/$2"
  dotnet publish "src/$1" -c Release -p:ForImage=true -p:RestoreLockedMode=true -v quiet -nodeReuse:false -o "$out/$2"
  # For everybody to read and for nobody to write, whatever the umask here is; and the same bytes make the same layer.
  chmod -R u=rwX,go=rX "$out/$2"
  find "$out/$2" -type f -exec chmod 0444 {} +
  find "$out/$2" -exec touch -h -d @0 {} +
}

if [ $publish = yes ]; then
  publish Service service
  publish Provisioning provisioning
  rm -rf "$out/data"
  mkdir -p "$out/data"
  touch -d @0 "$out/data"
fi
[ $build = yes ] || exit 0

version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
arguments=(--build-arg "VERSION=$version")
[ -z "$base" ] || arguments+=(--build-arg "RUNTIME_IMAGE=$base")
# Layers are cached by their content, so the second image costs what differs.
for target in service provisioning; do
  name=${prefix}encryption-service
  [ $target = service ] || name+=-$target
  echo "Building $name:$tag ..."
  docker build --network none --target $target "${arguments[@]}" --tag "$name:$tag" --quiet . > /dev/null
  docker image inspect --format '{{.Id}} {{.Size}} bytes' "$name:$tag"
done
