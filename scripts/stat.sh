#!/usr/bin/env bash
# Shows the live numbers of a run in another terminal. See stat.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"
braid stat "$@"
