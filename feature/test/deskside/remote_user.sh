#!/bin/bash
# A container of root, in which a person works who is not root.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop
check "who works here is dev" test "$(id -un)" = dev
check "XFCE runs as dev" eventually runs_as xfce4-session dev
check "nothing of the desktop is root's" sh -c '! ls --directory -l "$HOME/.local/state/deskside" "$HOME/.Xauthority" | grep root'
reportResults
