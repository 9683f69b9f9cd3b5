#!/usr/bin/env bash
# Runs records through the engine into a journal; without arguments, the FoodMart sales. See run.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"
braid run "$@"
