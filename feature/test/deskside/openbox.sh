#!/bin/bash
# The small desktop.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop
check "openbox runs" eventually runs_as openbox root
check "so does its task bar" eventually runs_as tint2 root
check "its menu finds a terminal" test -x /usr/bin/x-terminal-emulator
reportResults
