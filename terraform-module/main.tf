terraform {
  # terraform_data came with 1.4.
  required_version = ">= 1.4"

  required_providers {
    coder = {
      source = "coder/coder"
      # coder_app's tooltip came with 2.11.
      version = ">= 2.11"
    }
  }
}

variable "agent_id" {
  type        = string
  description = "The agent that runs the desktop: `coder_agent.main.id`, or a dev container's `coder_devcontainer.app.subagent_id`."

  validation {
    condition     = var.agent_id != ""
    error_message = "agent_id must be an agent's id: write coder_agent.main.id, with the name of your agent."
  }
}

variable "port" {
  type        = number
  description = "TCP port in the workspace at which the desktop is served, on loopback only."
  default     = 6080

  validation {
    condition     = var.port >= 1 && var.port <= 65535 && floor(var.port) == var.port
    error_message = "port must be a whole number from 1 to 65535, such as 6080."
  }
}

variable "slug" {
  type        = string
  description = "The app's name in its address. A second desktop on the same agent needs another slug, port and display."
  default     = "deskside"

  validation {
    condition     = can(regex("^[a-z0-9](-?[a-z0-9])*$", var.slug)) && length(var.slug) <= 32
    error_message = "slug must be up to 32 lower-case letters and digits, with single hyphens between them, such as desktop-2."
  }
}

variable "display_name" {
  type        = string
  description = "What the app's button says."
  default     = "Desktop"

  validation {
    condition     = length(var.display_name) >= 1 && length(var.display_name) <= 64
    error_message = "display_name must have 1 to 64 characters: Coder keeps no more."
  }
}

variable "icon" {
  type        = string
  description = "Address of the app's icon; Deskside's own by default. Without the internet, `/icon/desktop.svg` is Coder's."
  default     = null

  validation {
    condition     = var.icon == null ? true : length(var.icon) <= 256
    error_message = "icon must be an address of at most 256 characters, such as /icon/desktop.svg: Coder keeps no more, so pictures in data: addresses do not fit."
  }
}

variable "tooltip" {
  type        = string
  description = "Markdown that the app's button shows on hover. Older Coder servers ignore it."
  default     = null
}

variable "order" {
  type        = number
  description = "Place of the app among the agent's apps, the lowest first."
  default     = null
}

variable "group" {
  type        = string
  description = "Name of a group of apps to which this one belongs."
  default     = null
}

variable "open_in" {
  type        = string
  description = "Where the app opens: `tab`, or `slim-window`, a window without an address bar."
  default     = "tab"

  validation {
    condition     = contains(["tab", "slim-window"], var.open_in)
    error_message = "open_in must be \"tab\" or \"slim-window\"."
  }
}

variable "subdomain" {
  type        = bool
  description = "Gives the app a host of its own. Needs a wildcard domain (CODER_WILDCARD_ACCESS_URL); without one leave it false, which works everywhere."
  default     = false
}

variable "share" {
  type        = string
  description = "`authenticated` (who has an account) or `public` (anybody) adds a second app that only shows the desktop; the one that controls it stays the `owner`'s. Coder shares apps with a host of their own only: this one needs a wildcard domain."
  default     = "owner"

  validation {
    condition     = contains(["owner", "authenticated", "public"], var.share)
    error_message = "share must be \"owner\", \"authenticated\" or \"public\"."
  }
}

variable "desktop" {
  type        = string
  description = "`auto` (what the image has; XFCE where packages are installed), `xfce`, `openbox`, or `none`: just an X server for programs that you start."
  default     = "auto"

  validation {
    condition     = contains(["auto", "xfce", "openbox", "none"], var.desktop)
    error_message = "desktop must be \"auto\", \"xfce\", \"openbox\" or \"none\"."
  }
}

variable "display" {
  type        = string
  description = "Number of the X server. Terminals and scripts of the agent get it as DISPLAY."
  default     = ":20"

  validation {
    condition     = can(regex("^:[0-9]{1,5}$", var.display)) ? tonumber(substr(var.display, 1, -1)) <= 59535 : false
    error_message = "display must be :0 to :59535, such as :20."
  }
}

variable "set_environment" {
  type        = bool
  description = "Gives the agent's terminals and scripts DISPLAY, and the settings with which `deskside` finds this desktop. Set it to false for a second desktop on the same agent."
  default     = true
}

variable "size" {
  type        = string
  description = "Size of the desktop at the start, WIDTHxHEIGHT in pixels; 1920x1080 by default."
  default     = null

  validation {
    condition     = var.size == null ? true : can(regex("^[0-9]+x[0-9]+$", var.size)) ? alltrue([for side in split("x", var.size) : side >= 64 && side <= 16384]) : false
    error_message = "size must be WIDTHxHEIGHT in pixels with sides of 64 to 16384, such as 1920x1080."
  }
}

variable "fps" {
  type        = number
  description = "Frames per second at most; 60 by default."
  default     = null

  validation {
    condition     = var.fps == null ? true : var.fps >= 1 && var.fps <= 240 && floor(var.fps) == var.fps
    error_message = "fps must be a whole number from 1 to 240, such as 60."
  }
}

variable "bitrate" {
  type        = number
  description = "Bits that the video of one stream may take, kbit/s; 8000 by default."
  default     = null

  validation {
    condition     = var.bitrate == null ? true : var.bitrate >= 100 && var.bitrate <= 200000 && floor(var.bitrate) == var.bitrate
    error_message = "bitrate must be a whole number from 100 to 200000 kbit/s, such as 8000."
  }
}

variable "audio" {
  type        = string
  description = "Sound of the desktop, and which sound server it has: `auto` (by default: what is installed), `pulseaudio`, `pipewire` or `off`."
  default     = null

  validation {
    condition     = var.audio == null ? true : contains(["auto", "pulseaudio", "pipewire", "off"], var.audio)
    error_message = "audio must be \"auto\", \"pulseaudio\", \"pipewire\" or \"off\"."
  }
}

variable "microphone" {
  type        = string
  description = "Whether who controls the desktop may speak into it, by a microphone that they turn on in the page: `on` (by default) or `off`."
  default     = null

  validation {
    condition     = var.microphone == null ? true : contains(["on", "off"], var.microphone)
    error_message = "microphone must be \"on\" or \"off\"."
  }
}

variable "clipboard" {
  type        = string
  description = "Which ways copied text and pictures may go: `both` (by default), `in` (into the desktop), `out` (of it) or `none`."
  default     = null

  validation {
    condition     = var.clipboard == null ? true : contains(["both", "in", "out", "none"], var.clipboard)
    error_message = "clipboard must be \"both\", \"in\", \"out\" or \"none\"."
  }
}

variable "files" {
  type        = string
  description = "Which ways files may go: `both` (by default), `in` (into `files_dir`), `out` (of it) or `none`."
  default     = null

  validation {
    condition     = var.files == null ? true : contains(["both", "in", "out", "none"], var.files)
    error_message = "files must be \"both\", \"in\", \"out\" or \"none\"."
  }
}

variable "files_dir" {
  type        = string
  description = "Where files that people send come to lie, and the only place from which they get files; `~/Downloads` by default."
  default     = null

  validation {
    condition     = var.files_dir == null ? true : can(regex("^(~|\\$HOME)?/[^\r\n]*$", var.files_dir))
    error_message = "files_dir must be a directory, such as ~/Downloads or /workspaces/exchange."
  }
}

variable "turn_uri" {
  type        = string
  description = "TURN server for WebRTC where the workspace cannot be reached directly, such as `turn:turn.example.com:3478`; several are separated by commas."
  default     = null

  validation {
    condition     = var.turn_uri == null ? true : can(regex("^turns?:[^[:space:],]+(,turns?:[^[:space:],]+)*$", var.turn_uri))
    error_message = "turn_uri must be turn: or turns: with a host, such as turn:turn.example.com:3478."
  }
}

variable "turn_user" {
  type        = string
  description = "Name at the TURN server, where it has lasting accounts."
  default     = null
}

variable "turn_password" {
  type        = string
  description = "Password for `turn_user`."
  default     = null
  sensitive   = true
}

variable "turn_secret" {
  type        = string
  description = "The secret of a TURN server with `use-auth-secret`: short-lived passwords are made from it."
  default     = null
  sensitive   = true
}

variable "turn_rest_uri" {
  type        = string
  description = "Address of a service that gives out short-lived TURN passwords, where workspaces may not know the secret."
  default     = null

  validation {
    condition     = var.turn_rest_uri == null ? true : can(regex("^https?://[^[:space:]]+$", var.turn_rest_uri))
    error_message = "turn_rest_uri must be an http:// or https:// address, such as https://turn.example.com/credentials."
  }
}

variable "settings" {
  type        = map(string)
  description = "Further settings by the name of their flag with underscores, such as `{ log_level = \"debug\" }`; `deskside run --help` lists them."
  default     = {}
  sensitive   = true

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^[a-z][a-z_]*$", name))])
    error_message = "settings must be named as their flags, with underscores and without the dashes in front: log_level for --log-level."
  }

  validation {
    condition     = alltrue([for name in ["host", "name", "state_dir", "token_file", "viewer_token_file"] : !contains(keys(var.settings), name)])
    error_message = "settings must not hold host, name, state_dir, token_file and viewer_token_file: the module gives these."
  }

  validation {
    condition     = alltrue([for name in ["port", "size", "fps", "bitrate", "session", "display", "audio", "microphone", "clipboard", "files", "files_dir", "turn_uri", "turn_user", "turn_password", "turn_secret", "turn_rest_uri"] : !contains(keys(var.settings), name)])
    error_message = "settings must not hold what has a variable of its own: port, size, fps, bitrate, display, audio, microphone, clipboard, files, files_dir, turn_*, desktop (for session)."
  }

  validation {
    condition     = alltrue([for value in values(var.settings) : !can(regex("[\r\n]", value))])
    error_message = "settings must be of one line each."
  }
}

variable "install" {
  type        = string
  description = "`auto` installs Deskside into the home, and what it needs of the system, where they are missing; `never` uses what the image has."
  default     = "auto"

  validation {
    condition     = contains(["auto", "never"], var.install)
    error_message = "install must be \"auto\" or \"never\"."
  }
}

variable "install_version" {
  type        = string
  description = "The version of Deskside to install; this module's own by default."
  default     = "0.1.0"

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$", var.install_version))
    error_message = "install_version must be a version without a v before it, such as 0.1.0."
  }
}

variable "source_url" {
  type        = string
  description = "Folder with the release's archives and its SHA256SUMS, for sites without the internet: https://, http://, or file:// for a folder of the image."
  default     = null

  validation {
    condition     = var.source_url == null ? true : can(regex("^(https?|file)://[^[:space:]]+[^/[:space:]]$", var.source_url))
    error_message = "source_url must be an https://, http:// or file:// address of a folder, without a slash at its end, such as https://mirror.example.com/deskside/v0.1.0."
  }
}

variable "source_sha256" {
  type        = string
  description = "The archive's SHA-256. By default the mirror's own SHA256SUMS is believed."
  default     = ""

  validation {
    condition     = can(regex("^([0-9a-f]{64})?$", var.source_sha256))
    error_message = "source_sha256 must be 64 lower-case hexadecimal digits, as sha256sum prints them for deskside-VERSION-linux-ARCH.tar.gz."
  }
}

variable "pre_install_script" {
  type        = string
  description = "Bash that runs before Deskside is looked for."
  default     = ""
}

variable "post_install_script" {
  type        = string
  description = "Bash that runs once the desktop is ready, with its DISPLAY."
  default     = ""
}

variable "log_path" {
  type        = string
  description = "File in the workspace to which the script's output goes as well."
  default     = null
}

locals {
  icon       = coalesce(var.icon, "https://raw.githubusercontent.com/deskside/deskside/v0.1.0/terraform-module/icon.svg")
  source_url = coalesce(var.source_url, "https://github.com/deskside/deskside/releases/download/v${var.install_version}")

  shared = var.share != "owner"

  # Two desktops on one agent are told apart by their slugs. The first is the one that the dev container feature starts.
  name = var.slug == "deskside" ? "default" : var.slug

  sessions = {
    auto    = null
    xfce    = "xfce4-session"
    openbox = "openbox-session"
    none    = "none"
  }

  # The same as the dev container feature installs.
  packages = {
    core    = "xvfb xauth x11-xkb-utils xkb-data libgstreamer1.0-0 libgstreamer-plugins-base1.0-0 gstreamer1.0-plugins-base gstreamer1.0-plugins-ugly libyuv0 libxxhash0 libdeflate0 libxcb1 libxcb-damage0 libxcb-shm0 libxcb-xfixes0 libgl1-mesa-dri libglx-mesa0 libegl1 libgles2 mesa-vulkan-drivers dbus-x11 fontconfig fonts-dejavu-core fonts-droid-fallback fonts-noto-color-emoji"
    xfce    = "xfce4-session xfwm4 xfce4-panel xfdesktop4 xfce4-settings xfce4-appfinder xfce4-terminal thunar librsvg2-common greybird-gtk-theme elementary-xfce-icon-theme"
    openbox = "openbox tint2 xterm hsetroot"
    sound   = "pulseaudio gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
  }

  folder    = "$HOME/.coder-modules/deskside/deskside"
  state_dir = "$HOME/.local/state/deskside/${local.name}"

  given_settings = {
    NAME              = local.name
    STATE_DIR         = local.state_dir
    TOKEN_FILE        = "${local.folder}/${local.name}.token"
    VIEWER_TOKEN_FILE = local.shared ? "${local.folder}/${local.name}.viewer-token" : null
    PORT              = tostring(var.port)
    DISPLAY           = var.display
    SIZE              = var.size
    FPS               = try(tostring(var.fps), null)
    BITRATE           = try(tostring(var.bitrate), null)
    AUDIO             = var.audio
    MICROPHONE        = var.microphone
    CLIPBOARD         = var.clipboard
    FILES             = var.files
    FILES_DIR         = var.files_dir == null ? null : replace(var.files_dir, "/^~/", "$$HOME")
    SESSION           = local.sessions[var.desktop]
    TURN_URI          = var.turn_uri
    TURN_USER         = var.turn_user
    TURN_REST_URI     = var.turn_rest_uri
  }
  # In no terminal's environment.
  secret_settings = {
    TURN_PASSWORD = var.turn_password
    TURN_SECRET   = var.turn_secret
  }
  named_settings = { for name, value in local.given_settings : "DESKSIDE_${name}" => value if value != null }
  settings = merge(
    { for name, value in var.settings : "DESKSIDE_${upper(name)}" => value },
    { for name, value in local.secret_settings : "DESKSIDE_${name}" => value if value != null },
    local.named_settings,
  )

  # For terminals. What may be secret is in the file only.
  environment = merge(local.named_settings, {
    DESKSIDE_ENV_FILE = "${local.folder}/${local.name}.env"
    DISPLAY           = var.display
    XAUTHORITY        = "$HOME/.Xauthority"
    PULSE_SERVER      = "unix:${local.state_dir}/sound/native"
  })
}

# Secrets of Terraform's own, the same as long as the workspace exists: no second provider, and in no log.
resource "terraform_data" "token" {
  input = sensitive(replace("${uuid()}${uuid()}", "-", ""))

  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "viewer_token" {
  count = local.shared ? 1 : 0
  input = sensitive(replace("${uuid()}${uuid()}", "-", ""))

  lifecycle {
    ignore_changes = [input]
  }
}

resource "coder_script" "deskside" {
  agent_id           = var.agent_id
  display_name       = var.display_name
  icon               = local.icon
  run_on_start       = true
  start_blocks_login = false
  log_path           = var.log_path

  script = templatefile("${path.module}/scripts/run.sh.tftpl", {
    TOKEN        = terraform_data.token.output
    VIEWER_TOKEN = one(terraform_data.viewer_token[*].output)
    SETTINGS     = base64encode(join("", [for name, value in local.settings : "${name}=${value}\n"]))
    DESKTOP      = var.desktop
    INSTALL      = var.install
    VERSION      = var.install_version
    SOURCE_URL   = base64encode(local.source_url)
    SHA256       = var.source_sha256
    PRE_INSTALL  = base64encode(var.pre_install_script)
    POST_INSTALL = base64encode(var.post_install_script)
    PACKAGES     = local.packages
  })
}

# The proxy tells an app nothing of who visits, so whoever opens this one has the keyboard: it is the owner's alone.
resource "coder_app" "deskside" {
  agent_id     = var.agent_id
  slug         = var.slug
  display_name = var.display_name
  icon         = local.icon
  tooltip      = var.tooltip
  url          = "http://localhost:${var.port}/?token=${terraform_data.token.output}"
  subdomain    = var.subdomain
  share        = "owner"
  order        = var.order
  group        = var.group
  open_in      = var.open_in

  healthcheck {
    url       = "http://localhost:${var.port}/healthz"
    interval  = 5
    threshold = 6
  }
}

# For everybody else: with the viewer's secret the streamer shows the desktop and takes no key. Coder shares no path app
# unless its operator allows that, hence a host of its own.
resource "coder_app" "watch" {
  count        = local.shared ? 1 : 0
  agent_id     = var.agent_id
  slug         = "${var.slug}-watch"
  display_name = substr("Watch ${var.display_name}", 0, 64)
  icon         = local.icon
  url          = "http://localhost:${var.port}/?token=${one(terraform_data.viewer_token[*].output)}"
  subdomain    = true
  share        = var.share
  order        = var.order
  group        = var.group
  open_in      = var.open_in

  healthcheck {
    url       = "http://localhost:${var.port}/healthz"
    interval  = 5
    threshold = 6
  }
}

# The agent expands $HOME in the values.
resource "coder_env" "desktop" {
  for_each = var.set_environment ? local.environment : {}
  agent_id = var.agent_id
  name     = each.key
  value    = each.value
}

output "slug" {
  description = "The app's slug, for addresses: `/@owner/workspace.agent/apps/SLUG/`."
  value       = coder_app.deskside.slug
}

output "port" {
  description = "TCP port in the workspace, for `coder port-forward`."
  value       = var.port
}

output "metadata_script" {
  description = "For a `metadata` block of the agent: prints who is there, the frame rate and the latency, such as `2 viewers, 58 fps, 14 ms`."
  value = templatefile("${path.module}/scripts/metadata.sh.tftpl", {
    PORT       = var.port
    TOKEN_FILE = local.given_settings.TOKEN_FILE
  })
}
