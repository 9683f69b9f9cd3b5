#!/usr/bin/env bash
# Looks at journals, copies and mends them: describe, verify, dump, recovery-plan, salvage, retain, compare, backup. See journal.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build-common.sh"
braid journal "$@"
