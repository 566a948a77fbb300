#!/bin/bash
# The small desktop, in a container of root in which a person works who is not root.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop
check "who works here is dev" test "$(id -un)" = dev
check "openbox runs as dev" eventually runs_as openbox dev
check "so does its task bar" eventually runs_as tint2 dev
check "its menu finds a terminal" test -x /usr/bin/x-terminal-emulator
check "terminals play to its sound server" eventually pactl info
check "OpenGL in software" sh -c 'glxinfo -B | grep --quiet "OpenGL renderer.*llvmpipe"'
check "Vulkan in software" sh -c 'vulkaninfo --summary | grep --quiet "deviceName.*llvmpipe"'
check "the browser" firefox-esr --version
check "nothing of the desktop is root's" sh -c '! ls --directory -l "$HOME/.local/state/deskside" "$HOME/.Xauthority" | grep root'
check "fonts for every script, and emoji" has_fonts
check "D-Bus in terminals" eventually has_bus
reportResults
