#!/bin/bash
# An X server and nothing on it.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop
check "no desktop is installed" sh -c '! ls /usr/bin/xfce4-session /usr/bin/openbox'
reportResults
