#!/bin/bash
# Installed twice with options that differ: the last ones hold.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

option() {
  sed -n "s/^$1=//p" /etc/deskside/deskside.env
}

check_desktop "$(option DESKSIDE_PORT)" "$(option DESKSIDE_SIZE)"
reportResults
