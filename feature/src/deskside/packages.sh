# What each part needs from the distribution. Sourced by install.sh after it has set $distribution.
# The names hold for Debian 12 and 13 and Ubuntu 22.04 and 24.04; differences are said where they are.

# The X server, GStreamer with its H.264 encoder, OpenGL and Vulkan in software, a message bus.
core_packages() {
  echo xvfb xauth x11-xkb-utils xkb-data
  echo libgstreamer1.0-0 libgstreamer-plugins-base1.0-0 gstreamer1.0-plugins-base gstreamer1.0-plugins-ugly libyuv0 libxxhash0 libdeflate0
  echo libxcb1 libxcb-damage0 libxcb-shm0 libxcb-xfixes0
  echo libgl1-mesa-dri libglx-mesa0 libegl1 libgles2 mesa-vulkan-drivers
  echo dbus-x11
}

# A sound server, and what records it.
sound_packages() {
  case $1 in
    auto) echo pulseaudio gstreamer1.0-plugins-good gstreamer1.0-plugins-bad ;;
    off) ;;
  esac
}

# Latin, Chinese, Japanese, Korean, and emoji in colour.
font_packages() {
  echo fontconfig fonts-dejavu-core fonts-droid-fallback fonts-noto-color-emoji
}

desktop_packages() {
  case $1 in
    xfce)
      echo xfce4-session xfwm4 xfce4-panel xfdesktop4 xfce4-settings xfce4-appfinder xfce4-terminal thunar
      # Pictures of icons and wallpapers are SVG files.
      echo librsvg2-common greybird-gtk-theme elementary-xfce-icon-theme
      ;;
    openbox) echo openbox tint2 xterm hsetroot ;;
    none) ;;
  esac
  [ "$1" = none ] || font_packages
}

browser_packages() {
  case $1 in
    chromium) echo chromium ;;
    firefox) echo firefox-esr ;;
    none) ;;
  esac
}

# Drivers for the video encoders of Intel's and AMD's GPUs, and what draws OpenGL on a GPU for an X server without one.
# Not every release and processor has all of them; NVIDIA's come with its container runtime.
gpu_packages() {
  case $1 in
    true) available gstreamer1.0-plugins-bad gstreamer1.0-vaapi mesa-va-drivers intel-media-va-driver virtualgl ;;
    false) ;;
  esac
}

available() {
  for package; do
    ! apt-cache show "$package" >/dev/null 2>&1 || echo "$package"
  done
}
