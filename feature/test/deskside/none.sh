#!/bin/bash
# An X server and nothing on it. The entrypoint and a postStartCommand start it at the same time, as where somebody wants
# both to be right.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop
check "nothing runs on it" test -z "$(owner_of xfce4-session)$(owner_of openbox)"
reportResults
