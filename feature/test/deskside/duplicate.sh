#!/bin/bash
# Installed twice with options that differ: the last ones hold.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop "$(sed -n 's/^DESKSIDE_PORT=//p' /etc/deskside/deskside.env)"
reportResults
