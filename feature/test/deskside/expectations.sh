# What every scenario looks at. Sourced after dev-container-features-test-lib.

# The desktop starts with the container, in the background: look until it is there.
eventually() {
  for _ in $(seq 120); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.5
  done
  "$@"
}

# A minimal image has neither curl nor wget.
healthy() {
  /usr/local/lib/deskside/bin/node -e "
    const { ok } = await fetch('http://127.0.0.1:${1:-6080}/healthz');
    process.exit(ok ? 0 : 1);
  "
}

# owner_of COMMAND: whose process it is; nothing if there is none. A minimal image has no pgrep.
owner_of() {
  for folder in /proc/[0-9]*; do
    if [ "$(cat "$folder/comm" 2>/dev/null)" = "$1" ]; then stat --format %U "$folder"; return; fi
  done
}

runs_as() {
  [ "$(owner_of "$1")" = "$2" ]
}

setting() {
  grep --quiet --line-regexp "$1" /etc/deskside/deskside.env
}

check_desktop() {
  check "the desktop starts with the container" eventually deskside status
  check "its page answers" healthy "${1:-6080}"
  check "the X server belongs to the person" runs_as Xvfb "$(id -un)"
  check "terminals have its DISPLAY" test "$DISPLAY" = "$(deskside status --json | sed -n 's/.*"display": *"\([^"]*\)".*/\1/p')"
  check "terminals are let in" sh -c 'xauth list | grep --quiet ":20 "'
  check "a locale of UTF-8" sh -c 'locale charmap | grep --quiet UTF-8'
  check "nothing is missing" sh -c 'deskside doctor || [ "$(deskside doctor | grep -c MISSING)" = 0 ]'
  check "starting it again is harmless" deskside start
}
