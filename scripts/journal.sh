#!/usr/bin/env bash
# Answers questions about a journal: describe, verify. See journal.sh --help.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/java-common.sh"
braid journal "$@"
