#!/usr/bin/env bash
# Runs a command in an unpacked image as `docker run --read-only --cap-drop ALL --security-opt no-new-privileges
# --tmpfs /tmp -v VOLUME:/data` does, but on this machine's network. Needs root. The environment is passed on.
# Usage: run.sh ROOT VOLUME USER COMMAND...
set -euo pipefail
export ROOT=$1 VOLUME=$2 USER_ID=$3
shift 3
exec unshare --mount --fork --kill-child=TERM -- bash -euc '
  mount --bind "$ROOT" "$ROOT"
  mount -t proc proc "$ROOT/proc"
  mount --rbind /dev "$ROOT/dev"
  mount -t tmpfs tmpfs "$ROOT/tmp"
  mount --bind "$VOLUME" "$ROOT/data"
  mount -o remount,bind,ro "$ROOT"
  exec chroot "$ROOT" setpriv --reuid="$USER_ID" --regid="$USER_ID" --clear-groups --no-new-privs \
    --inh-caps=-all --bounding-set=-all -- "$@"' run "$@"
