#!/bin/sh
# Starts the desktop with the container, as the person who works in it, and returns at once. What goes wrong is in the
# container's log; the desktop's address is not, since it holds the token.
. /usr/local/share/deskside/feature.env
[ "$autostart" = true ] || exit 0

if [ "$(id -u)" = 0 ] && [ "$user" != root ] && id "$user" >/dev/null 2>&1; then
  runuser "$user" -c 'exec deskside start' >/dev/null &
else
  deskside start >/dev/null &
fi
