terraform {
  required_providers {
    coder = { source = "coder/coder" }
  }
}

variable "coder_binary" {
  type        = string
  description = "Coder's program, which is the agent as well."
}

variable "run_folder" {
  type        = string
  description = "Where the homes of the workspaces are."
}

variable "programs" {
  type        = string
  description = "Folder with what is installed in the workspaces besides this machine's own."
  default     = "/nonexistent"
}

variable "agent_environment" {
  type        = string
  description = "Further variables of the agent: NAME=VALUE, separated by blanks."
  default     = "CODER_AGENT_DEVCONTAINERS_ENABLE=false"
}

data "coder_workspace" "me" {}

resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
  dir  = local.home

  metadata {
    key          = "load"
    display_name = "Load"
    script       = "cut -d' ' -f1 /proc/loadavg"
    interval     = 10
    timeout      = 2
  }
}

locals {
  home = "${var.run_folder}/homes/${substr(data.coder_workspace.me.id, 0, 8)}"
}

# No container and no machine of its own: the workspace is a process beside the provisioner.
resource "terraform_data" "agent" {
  count            = data.coder_workspace.me.start_count
  triggers_replace = [coder_agent.main.token]
  input            = local.home

  provisioner "local-exec" {
    # The provisioner's environment holds the owner's session token and SSH key, and the agent hands its own to every
    # script: hence `env -i`. With a pipe of terraform's still open, terraform would wait for the agent to end.
    command = <<-EOT
      mkdir -p "$WORKSPACE_HOME/agent"
      env -i HOME="$WORKSPACE_HOME" PATH="$PROGRAMS:$PATH" USER="$(id -un)" SHELL=/bin/bash LANG=C.UTF-8 \
        CODER_AGENT_URL="$URL" CODER_AGENT_TOKEN="$TOKEN" \
        CODER_AGENT_LOG_DIR="$WORKSPACE_HOME/agent" CODER_AGENT_SCRIPT_DATA_DIR="$WORKSPACE_HOME/agent" \
        CODER_AGENT_PPROF_ADDRESS=127.0.0.1:0 CODER_AGENT_PROMETHEUS_ADDRESS=127.0.0.1:0 \
        CODER_AGENT_DEBUG_ADDRESS=127.0.0.1:0 $AGENT_ENVIRONMENT \
        setsid "$AGENT" agent > "$WORKSPACE_HOME/agent/output" 2>&1 < /dev/null &
      echo $! > "$WORKSPACE_HOME/agent/pid"
    EOT
    environment = {
      AGENT          = var.coder_binary
      PROGRAMS       = var.programs
      URL            = data.coder_workspace.me.access_url
      TOKEN          = coder_agent.main.token
      WORKSPACE_HOME = local.home

      AGENT_ENVIRONMENT = var.agent_environment
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "kill \"$(cat '${self.input}/agent/pid')\""
  }
}
