#!/bin/bash
# Every option differs from its default, and holds when the container runs.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop 7001
check "the desktop" eventually runs_as openbox dev
check "the size" setting DESKSIDE_SIZE=1280x720
check "frames a second" setting DESKSIDE_FPS=30
check "the bitrate" setting DESKSIDE_BITRATE=4000
check "the way of the picture" setting DESKSIDE_TRANSPORT=websocket
check "no sound" setting DESKSIDE_AUDIO=off
check "no sound server runs" test -z "$(owner_of pulseaudio)"
check "the clipboard" setting DESKSIDE_CLIPBOARD=in
check "the browser draws a page without asking" sh -c 'chromium --headless --dump-dom about:blank 2>/dev/null | grep html'
check "the browser has WebGL" sh -c 'chromium --headless --enable-unsafe-swiftshader --virtual-time-budget=5000 --dump-dom "data:text/html,<script>document.write(document.createElement(\"canvas\").getContext(\"webgl2\"))</script>" 2>/dev/null | grep WebGL2RenderingContext'
check "further packages" sh -c 'mousepad --version && xclip -version'
reportResults
