#!/bin/sh
# Installs Deskside into an image: the distribution's packages, the streamer that lies in artifacts/ with a Node of its
# own, and the options, which exist as variables now and as a file when the container runs.
set -eu
cd "$(dirname "$0")"
. ./packages.sh

HOME_FOLDER=/usr/local/lib/deskside
SHARE_FOLDER=/usr/local/share/deskside
SETTINGS=/etc/deskside/deskside.env

# XFCE, its libraries and a browser take about that much, in KiB.
ROOM_NEEDED=1500000

main() {
  check_machine
  check_options
  install_packages zstd
  unpack
  write_settings
  check_settings
  # Lists of packages are words: no quotes.
  install_packages $(core_packages) $(sound_packages "$audio") $(desktop_packages "$desktop") $(browser_packages "$browser") $(gpu_packages "$gpu") $apps
  install_files
  forget_package_lists
  echo "Deskside is installed. In the container, \`deskside url\` prints the desktop's address."
}

fail() {
  echo "Deskside cannot be installed: $*" >&2
  exit 1
}

check_machine() {
  [ "$(id -u)" = 0 ] || fail "install.sh needs root. In a Dockerfile, put \`USER root\` before it."
  [ -d artifacts ] || fail "this is the feature's source without the streamer. \`npm run release\` puts the two together in dist/feature."
  . /etc/os-release
  distribution="$ID ${VERSION_ID:-}"
  case $distribution in
    "debian 12" | "debian 13") ;;
    "ubuntu 22.04" | "ubuntu 24.04") echo "Note: Deskside's tests run on Debian; Ubuntu has the same packages but was not tried." ;;
    *) fail "${PRETTY_NAME:-$distribution} is not supported. Choose an image of Debian 12 or 13, or of Ubuntu 22.04 or 24.04." ;;
  esac
  machine=$(uname -m)
  case $machine in
    x86_64) architecture=x64 ;;
    aarch64) architecture=arm64 ;;
    *) fail "there is no Deskside for processors of type $machine, only for x86_64 and aarch64." ;;
  esac
  if [ -e /usr/local/share/desktop-init.sh ]; then
    fail "the feature desktop-lite is in this image, and each of the two desktops would take the other's DISPLAY and port. Remove \"desktop-lite\" from devcontainer.json."
  fi
  room=$(df --output=avail -k / | tail -n 1)
  [ "$room" -ge "$ROOM_NEEDED" ] || fail "there are $((room / 1000)) MB left on the disk, and $((ROOM_NEEDED / 1000)) MB are needed. \`docker system prune\` makes room."
}

# What only this script knows; the streamer itself checks the rest in check_settings.
check_options() {
  desktop=${DESKTOP:-xfce}
  browser=${BROWSER:-none}
  audio=${AUDIO:-auto}
  autostart=${AUTOSTART:-true}
  gpu=${GPU:-false}
  apps=${APPS:-}
  one_of desktop "$desktop" xfce openbox none
  one_of browser "$browser" none chromium firefox
  one_of audio "$audio" auto off
  one_of autostart "$autostart" true false
  one_of gpu "$gpu" true false
  case $apps in
    -* | *" -"* | *[!a-z0-9.+:\ -]*) fail "apps is \"$apps\". Allowed: names of packages, separated by blanks." ;;
  esac
  case "$distribution $browser" in
    ubuntu*chromium | ubuntu*firefox) fail "Ubuntu has $browser as a snap only, which does not run in containers. Choose browser \"none\", or an image of Debian." ;;
  esac
}

one_of() {
  option=$1 given=$2
  shift 2
  for allowed; do
    [ "$given" != "$allowed" ] || return 0
  done
  fail "$option is \"$given\". Allowed: $(echo "$*" | sed 's/ /, /g')."
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  [ -n "${lists_are_fresh:-}" ] || apt-get update -q -o APT::Update::Error-Mode=any ||
    fail "the package lists could not be fetched; apt's reason is above. Check the network, the mirror in /etc/apt and the proxy settings of the build."
  lists_are_fresh=yes
  apt-get install -q -y --no-install-recommends "$@" ||
    fail "apt could not install all of: $*. Its reason is above."
}

unpack() {
  (cd artifacts && sha256sum --check --quiet SHA256SUMS) ||
    fail "a file of the feature is damaged (see above). Clear the cache of dev container features and build again."
  rm -rf "$HOME_FOLDER"
  mkdir -p "$HOME_FOLDER"
  zstd --decompress --stdout --quiet artifacts/deskside.tar.zst |
    tar --extract --no-same-owner --directory "$HOME_FOLDER" --strip-components 1
  zstd --decompress --quiet --force -o "$HOME_FOLDER/bin/node" "artifacts/node-$architecture.zst"
  chmod 755 "$HOME_FOLDER/bin/node"
}

write_settings() {
  case $desktop in
    xfce) session=xfce4-session ;;
    openbox) session=openbox-session ;;
    none) session=none ;;
  esac
  mkdir -p "${SETTINGS%/*}"
  cat >"$SETTINGS" <<END
# Chosen by the options of the dev container feature. Variables of the container's environment come before these.
DESKSIDE_SESSION=$session
DESKSIDE_DISPLAY=:20
DESKSIDE_SIZE=${SIZE:-}
DESKSIDE_FPS=${FPS:-}
DESKSIDE_BITRATE=${BITRATE:-}
DESKSIDE_PORT=${PORT:-}
DESKSIDE_TRANSPORT=${TRANSPORT:-}
DESKSIDE_AUDIO=${AUDIO:-}
DESKSIDE_MICROPHONE=${MICROPHONE:-}
DESKSIDE_CLIPBOARD=${CLIPBOARD:-}
DESKSIDE_FILES=${FILES:-}
DESKSIDE_FILES_DIR=${FILESDIR:-}
END
  mkdir -p "$SHARE_FOLDER"
  cat >"$SHARE_FOLDER/feature.env" <<END
autostart=$autostart
user=${_REMOTE_USER:-root}
END
}

check_settings() {
  install -D -m 755 files/deskside /usr/local/bin/deskside
  complaint=$(deskside doctor --settings 2>&1) || fail "$complaint"
}

install_files() {
  install -D -m 755 files/entrypoint.sh "$SHARE_FOLDER/entrypoint.sh"
  install -m 755 files/deskside-gpu /usr/local/bin/deskside-gpu
  offer_gpu_to_desktop
  cp -R files/xdg files/wallpaper.svg "$SHARE_FOLDER/"
  [ "$desktop" != openbox ] || install -m 755 files/openbox-autostart /etc/xdg/openbox/autostart
  [ "$browser" != chromium ] || install -D -m 644 files/chromium-flags /etc/chromium.d/deskside
  offer_korean
  # What PULSE_SERVER is for terminals cannot name a home; the socket is there when the desktop runs.
  ln -sfn "${_REMOTE_USER_HOME:-/root}/.local/state/deskside/default/sound/native" "$SHARE_FOLDER/sound"
  # X servers that do not run as root put their sockets there.
  install -d -m 1777 /tmp/.X11-unix
}

# The font of fonts-droid-fallback that has it lies where no program looks for fonts; the one that they find lacks it.
offer_korean() {
  font=/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf
  [ -e "$font" ] && command -v fc-cache >/dev/null || return 0
  mkdir -p /usr/local/share/fonts
  ln -sfn "$font" /usr/local/share/fonts/
  fc-cache /usr/local/share/fonts
}

# A program of the same name that comes first in the PATH: everything on the desktop inherits what it sets.
offer_gpu_to_desktop() {
  rm -f /usr/local/bin/xfce4-session /usr/local/bin/openbox-session
  if [ "$gpu" = true ] && [ "$desktop" != none ]; then
    printf '#!/bin/sh\nexec deskside-gpu /usr/bin/%s "$@"\n' "$session" >"/usr/local/bin/$session"
    chmod 755 "/usr/local/bin/$session"
  fi
}

forget_package_lists() {
  apt-get clean
  rm -rf /var/lib/apt/lists/*
}

main
