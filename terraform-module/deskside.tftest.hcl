# `terraform test`, with the real provider and without a server. It applies: a script without a trigger fails only there.

variables {
  agent_id = "8639b124-6e42-4f77-b2ea-c6d62eaf681c"
}

run "defaults" {
  command = apply

  assert {
    condition     = coder_app.deskside.slug == "deskside" && coder_app.deskside.display_name == "Desktop"
    error_message = "The app is not called as documented."
  }

  assert {
    condition     = coder_app.deskside.share == "owner" && length(coder_app.watch) == 0
    error_message = "Somebody else than the owner would see the desktop."
  }

  assert {
    condition     = coder_app.deskside.subdomain == false && coder_app.deskside.open_in == "tab"
    error_message = "The app would need a wildcard domain."
  }

  assert {
    condition     = one(coder_app.deskside.healthcheck).url == "http://localhost:6080/healthz"
    error_message = "The health check looks elsewhere than the desktop listens."
  }

  assert {
    condition     = can(regex("^http://localhost:6080/\\?token=[0-9a-f]{64}$", coder_app.deskside.url))
    error_message = "The app's address does not bring a token."
  }

  assert {
    condition     = coder_script.deskside.run_on_start && !coder_script.deskside.start_blocks_login
    error_message = "The script does not run at the start, or keeps people out."
  }

  assert {
    condition     = coder_env.desktop["DISPLAY"].value == ":20" && coder_env.desktop["DESKSIDE_PORT"].value == "6080"
    error_message = "Terminals do not find the desktop."
  }

  assert {
    condition = (
      coder_env.desktop["XAUTHORITY"].value == "$HOME/.Xauthority" &&
      coder_env.desktop["PULSE_SERVER"].value == "unix:$HOME/.local/state/deskside/default/sound/native"
    )
    error_message = "Programs of terminals are not let in, or are mute."
  }

  assert {
    condition     = length(coder_app.deskside.icon) <= 256
    error_message = "Coder would refuse the icon."
  }
}

run "keeps_its_token" {
  command = plan

  assert {
    condition     = nonsensitive(coder_app.deskside.url) == nonsensitive("http://localhost:6080/?token=${terraform_data.token.output}")
    error_message = "A start of the workspace would change the token."
  }
}

run "every_variable" {
  command = apply

  variables {
    port                = 7001
    slug                = "second"
    display_name        = "Second"
    icon                = "/icon/desktop.svg"
    tooltip             = "A *desktop*"
    order               = 3
    group               = "Desktops"
    open_in             = "slim-window"
    subdomain           = true
    desktop             = "openbox"
    display             = ":21"
    set_environment     = false
    size                = "1280x720"
    fps                 = 30
    bitrate             = 4000
    audio               = "pipewire"
    microphone          = "off"
    clipboard           = "in"
    files               = "out"
    files_dir           = "~/exchange"
    share               = "authenticated"
    turn_uri            = "turn:turn.example.com:3478"
    turn_user           = "desk"
    turn_password       = "a password"
    turn_secret         = "a secret"
    turn_rest_uri       = "https://turn.example.com/credentials"
    settings            = { log_level = "debug" }
    install             = "never"
    install_version     = "9.8.7"
    source_url          = "https://mirror.example.com/deskside"
    source_sha256       = "0000000000000000000000000000000000000000000000000000000000000000"
    pre_install_script  = "echo before"
    post_install_script = "echo after"
    log_path            = "/tmp/deskside.log"
  }

  assert {
    condition = (
      coder_app.deskside.slug == "second" && coder_app.deskside.display_name == "Second" &&
      coder_app.deskside.icon == "/icon/desktop.svg" && coder_app.deskside.tooltip == "A *desktop*" &&
      coder_app.deskside.order == 3 && coder_app.deskside.group == "Desktops" &&
      coder_app.deskside.open_in == "slim-window" && coder_app.deskside.subdomain
    )
    error_message = "A variable does not reach the app."
  }

  assert {
    condition = (
      coder_app.deskside.share == "owner" && one(coder_app.watch).share == "authenticated" &&
      one(coder_app.watch).slug == "second-watch" && one(coder_app.watch).display_name == "Watch Second" &&
      one(coder_app.watch).subdomain && one(coder_app.watch).group == "Desktops"
    )
    error_message = "Others are not given an app of their own."
  }

  assert {
    condition = (
      can(regex("^http://localhost:7001/\\?token=[0-9a-f]{64}$", one(coder_app.watch).url)) &&
      nonsensitive(one(coder_app.watch).url) != nonsensitive(coder_app.deskside.url)
    )
    error_message = "The app for others does not bring a token of its own."
  }

  assert {
    condition     = one(coder_app.deskside.healthcheck).url == "http://localhost:7001/healthz" && output.port == 7001
    error_message = "The port does not reach the health check and the output."
  }

  assert {
    condition     = length(coder_env.desktop) == 0 && coder_script.deskside.log_path == "/tmp/deskside.log"
    error_message = "A variable does not reach the script or the environment."
  }

  assert {
    condition = alltrue([
      for line in [
        "DESKSIDE_NAME=second", "DESKSIDE_PORT=7001", "DESKSIDE_DISPLAY=:21", "DESKSIDE_SIZE=1280x720", "DESKSIDE_FPS=30",
        "DESKSIDE_BITRATE=4000", "DESKSIDE_SESSION=openbox-session", "DESKSIDE_LOG_LEVEL=debug", "DESKSIDE_CLIPBOARD=in",
        "DESKSIDE_AUDIO=pipewire", "DESKSIDE_MICROPHONE=off",
        "DESKSIDE_TURN_URI=turn:turn.example.com:3478", "DESKSIDE_TURN_USER=desk", "DESKSIDE_TURN_PASSWORD=a password",
        "DESKSIDE_TURN_SECRET=a secret", "DESKSIDE_TURN_REST_URI=https://turn.example.com/credentials",
        "DESKSIDE_FILES=out", "DESKSIDE_FILES_DIR=$HOME/exchange",
        "DESKSIDE_VIEWER_TOKEN_FILE=$HOME/.coder-modules/deskside/deskside/second.viewer-token",
      ] : contains(split("\n", base64decode(regex("done < <\\(base64 -d <<<'([A-Za-z0-9+/=]+)'", coder_script.deskside.script)[0])), line)
    ])
    error_message = "A variable does not reach the streamer."
  }
}

run "two_on_one_agent" {
  command = apply

  module {
    source = "./tests/two-desktops"
  }

  assert {
    condition     = output.slugs == ["deskside", "second"] && output.ports == [6080, 6081]
    error_message = "Two desktops of one agent get in each other's way."
  }
}
