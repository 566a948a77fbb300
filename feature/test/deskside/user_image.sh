#!/bin/bash
# An image whose processes, the entrypoint too, are not of root.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop
check "who works here is dev" test "$(id -un)" = dev
reportResults
