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

# Without the token: who reaches the port gets nothing but the sign-in page.
refuses_strangers() {
  /usr/local/lib/deskside/bin/node -e "
    const answers = await Promise.all(['metrics', 'socket', 'files'].map((path) => fetch('http://127.0.0.1:$1/' + path)));
    process.exit(answers.some(({ ok }) => ok) ? 1 : 0);
  "
}

# listens_at PORT: its addresses in hexadecimal, as in proc(5).
listens_at() {
  awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && index($2, port) { print substr($2, 1, index($2, ":") - 1) }' /proc/net/tcp /proc/net/tcp6
}

# The size of the desktop, WIDTHxHEIGHT, from the head of a PNG.
size_of_desktop() {
  deskside screenshot - | od --address-radix=n --skip-bytes=16 --read-bytes=8 --format=u1 |
    awk '{ print $3 * 256 + $4 "x" $7 * 256 + $8 }'
}

# has_fonts: for Chinese, Japanese, Korean, and emoji, by a character of each.
has_fonts() {
  local character
  for character in 6f22 3042 d55c 1f600; do
    [ -n "$(fc-list ":charset=$character")" ] || return 1
  done
}

# As a program of a terminal finds it.
has_bus() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetId
}

check_desktop() {
  local port=${1:-6080}
  check "the desktop starts with the container" eventually deskside status
  check "its page answers" healthy "$port"
  check "it listens at the container's loopback only" test "$(listens_at "$port")" = 0100007F
  check "nobody gets in without a token, and none is known beforehand" refuses_strangers "$port"
  check "the X server belongs to the person" runs_as Xvfb "$(id -un)"
  check "so does what listens" test "$(stat --format %U "/proc/$(deskside status --json | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')")" = "$(id -un)"
  check "terminals have its DISPLAY" test "$DISPLAY" = "$(deskside status --json | sed -n 's/.*"display": *"\([^"]*\)".*/\1/p')"
  check "terminals are let in" sh -c 'xauth list | grep --quiet ":20 "'
  check "it has the size that was asked for" test "$(size_of_desktop)" = "${2:-1920x1080}"
  check "a locale of UTF-8" sh -c 'locale charmap | grep --quiet UTF-8'
  check "nothing is missing" sh -c 'deskside doctor || [ "$(deskside doctor | grep -c MISSING)" = 0 ]'
  check "starting it again is harmless" deskside start
  check "its entrypoint returns at once, and may run again" timeout 5 /usr/local/share/deskside/entrypoint.sh
}
