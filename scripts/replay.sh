#!/usr/bin/env bash
# Prints the results in a journal. See replay.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"
braid replay "$@"
