#!/bin/bash
# A stand-in for the runtime image that the Dockerfile names, for machines that reach no image registry: what a chiseled image holds (libc, OpenSSL 3.5,
# CA certificates, time zones, the .NET runtime, user 1654; no shell, no package manager), from Debian's signed packages and from the runtime of this machine.
#   bash tests/container/base.sh FILE [--fresh]        makes the layer FILE (a tar); one that is there for the same runtime is kept, unless --fresh
#   bash tests/container/base.sh FILE --import TAG     makes it where it is absent, and imports it into Docker (DOCKER_HOST) under this name
# The same packages and the same runtime give the same bytes. Needs root on Debian 12 or later.
set -euo pipefail
suite=trixie
packages=base-files,ca-certificates,libc6,libgcc-s1,libssl3t64,libstdc++6,tzdata,zlib1g
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "$@" >&2; }

[ $# -ge 1 ] || { say "bash tests/container/base.sh FILE [--fresh] [--import TAG]"; exit 2; }
layer=$(realpath -m "$1")
shift
fresh=no tag=
while [ $# -gt 0 ]; do
  case $1 in
    --fresh) fresh=yes ;;
    --import) shift; tag=$1 ;;
    *) say "Unknown: $1"; exit 2 ;;
  esac
  shift
done

# What the tests ran on is what the image gets.
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
runtime=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.AspNetCore\.App \(10\.0\.[^ ]*\) .*/\1/p' | sort -V | tail -n 1)
[ -n "$runtime" ] && [ -d "$dotnet/host/fxr/$runtime" ] || { say "The ASP.NET Core 10 runtime is absent."; exit 1; }

# mirror SUFFIX: where this machine takes Debian's packages from; SUFFIX tells the security archive from the main one
mirror() {
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' 2> /dev/null |
    sed -n "s/^Debian|[a-z]*$1|//p" | head -n 1
}

need() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    say "The stand-in base is made from Debian's packages, as root: not here."
    return 1
  fi
  # Without lists APT does not know whose its sources are.
  [ -n "$(mirror '')" ] || apt-get update -q > /dev/null 2>&1 || true
  if [ -z "$(mirror '')" ]; then
    say "The sources of APT on this machine name no mirror of Debian."
    return 1
  fi
  if ! command -v mmdebstrap > /dev/null; then
    say "Installing mmdebstrap ..."
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends mmdebstrap; } > /dev/null 2>&1 || {
      say "mmdebstrap cannot be installed."
      return 1
    }
  fi
  [ -s "$keyring" ] || { say "debian-archive-keyring is absent."; return 1; }
}

sources() {
  local main security
  main=$(mirror '') security=$(mirror -security)
  echo "deb [signed-by=$keyring] $main $suite main"
  echo "deb [signed-by=$keyring] $main $suite-updates main"
  [ -z "$security" ] || echo "deb [signed-by=$keyring] $security $suite-security main"
}

# certificates ROOT: one file of all, as the package's script would make it, which has not run
certificates() {
  local file
  mkdir -p "$1/etc/ssl/certs"
  while IFS= read -r file; do
    cat "$file"
    echo
  done < <(find "$1/usr/share/ca-certificates" -name '*.crt' | LC_ALL=C sort) > "$1/etc/ssl/certs/ca-certificates.crt"
}

# keep FOLDER NAME...: nothing else stays in it
keep() {
  local folder=$1 entry
  shift
  for entry in "$folder"/* "$folder"/.[!.]*; do
    [[ " $* " == *" ${entry##*/} "* ]] || rm -rf "$entry"
  done
}

# prune ROOT: nothing that could be run but the runtime, nothing to read, nothing of this machine
prune() {
  keep "$1" bin etc lib lib64 sbin usr
  keep "$1/etc" debian_version host.conf ld.so.conf.d os-release ssl
  keep "$1/etc/ssl" certs openssl.cnf
  keep "$1/usr" lib lib64 share
  keep "$1/usr/lib" os-release ssl x86_64-linux-gnu
  keep "$1/usr/lib/ssl" cert.pem certs openssl.cnf
  keep "$1/usr/share" zoneinfo
  rm -rf "$1"/usr/lib/x86_64-linux-gnu/{audit,gconv,engines-3}
  mkdir -p "$1"/usr/{bin,sbin} "$1"/{dev,proc,sys,run,home/app}
  mkdir -p -m 1777 "$1/tmp"
  printf 'root:x:0:0:root:/root:/sbin/nologin\napp:x:1654:1654::/home/app:/sbin/nologin\n' > "$1/etc/passwd"
  printf 'root:x:0:\napp:x:1654:\n' > "$1/etc/group"
}

runtime_into() {
  local part
  for part in dotnet host/fxr/"$runtime" shared/Microsoft.NETCore.App/"$runtime" shared/Microsoft.AspNetCore.App/"$runtime"; do
    mkdir -p "$1/usr/share/dotnet/$(dirname "$part")"
    cp -a "$dotnet/$part" "$1/usr/share/dotnet/$part"
  done
  chmod -R a+rX,go-w "$1/usr/share/dotnet"
  ln -s ../share/dotnet/dotnet "$1/usr/bin/dotnet"
}

make() {
  local root
  need
  work=$(mktemp -d "${TMPDIR:-/tmp}/container-base.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  root=$work/root
  sources > "$work/sources.list"
  # "extract" unpacks: no maintainer script runs, so nothing of this machine gets in.
  mmdebstrap --quiet --mode=root --variant=extract --architectures=amd64 --include="$packages" "$suite" "$root" "$work/sources.list" > "$work/log" 2>&1 || {
    tail -n 5 "$work/log" >&2
    return 1
  }
  certificates "$root"
  prune "$root"
  runtime_into "$root"
  find "$root" -perm /6000 -exec chmod ug-s {} +
  chown -R 0:0 "$root"
  chown 1654:1654 "$root/home/app"
  mkdir -p "$(dirname "$layer")"
  tar --sort=name --mtime=@0 --numeric-owner --format=gnu -C "$root" -cf "$work/layer.tar" .
  mv "$work/layer.tar" "$layer"
  echo "$runtime" > "$layer.runtime"
}

if [ $fresh = yes ] || [ ! -s "$layer" ] || [ "$(cat "$layer.runtime" 2> /dev/null)" != "$runtime" ]; then
  make
fi
if [ -n "$tag" ]; then
  # The environment of Microsoft's image, which the Dockerfile builds on.
  docker import \
    -c 'USER 1654' -c 'ENV APP_UID=1654' -c 'ENV PATH=/usr/bin' -c 'ENV ASPNETCORE_HTTP_PORTS=8080' -c 'ENV DOTNET_RUNNING_IN_CONTAINER=true' \
    -c "ENV DOTNET_VERSION=$runtime" -c "ENV ASPNET_VERSION=$runtime" -c 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' \
    "$layer" "$tag" > /dev/null
fi
