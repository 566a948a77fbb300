#!/bin/bash
# Every option differs from its default, and holds when the container runs.
set -e
source dev-container-features-test-lib
source "$(dirname "$0")/expectations.sh"

check_desktop 7001 1280x720
check "the desktop" eventually runs_as openbox dev
check "the size" setting DESKSIDE_SIZE=1280x720
check "frames a second" setting DESKSIDE_FPS=30
check "the bitrate" setting DESKSIDE_BITRATE=4000
check "the way of the picture" setting DESKSIDE_TRANSPORT=websocket
check "no sound" setting DESKSIDE_AUDIO=off
check "no microphone" setting DESKSIDE_MICROPHONE=off
check "no sound server runs" test -z "$(owner_of pulseaudio)"
check "the clipboard" setting DESKSIDE_CLIPBOARD=in
check "the browser draws a page without asking" sh -c 'chromium --headless --dump-dom about:blank 2>/dev/null | grep html'
check "the way of files" setting DESKSIDE_FILES=out
check "the place of files" setting "DESKSIDE_FILES_DIR=~/exchange"
check "drivers for GPUs" sh -c 'ls /usr/lib/*/dri/*_drv_video.so'
check "the desktop runs in software where there is no GPU" sh -c 'deskside-gpu true && test -x /usr/local/bin/openbox-session'
check "further packages" sh -c 'mousepad --version && xclip -version'
reportResults
