#!/bin/bash
# All options left out, in an image that has root only.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop
check "XFCE runs" eventually runs_as xfce4-session root
check "the menu has a terminal" test -x /usr/bin/xfce4-terminal
check "no compositor, no power manager" sh -c '! ls /usr/bin/xfce4-power-manager /usr/bin/xfce4-screensaver'
check "package lists are removed" sh -c '! ls /var/lib/apt/lists/*Packages*'
check "fonts for every script, and emoji" has_fonts
check "D-Bus in terminals" eventually has_bus
reportResults
