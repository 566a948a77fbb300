#!/bin/bash
# Nothing runs until somebody starts it, as a postStartCommand would.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check "nothing was started" sh -c '! deskside status'
check "it can be started" deskside start
check_desktop
reportResults
