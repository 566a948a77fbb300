terraform {
  required_version = ">= 1.4"

  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.11"
    }
    docker = {
      source  = "kreuzwerker/docker"
      version = ">= 3.0"
    }
  }
}

variable "image" {
  type        = string
  description = "Image of the workspaces. Debian or Ubuntu; what the desktop needs and the image lacks is installed at each start."
  default     = "codercom/enterprise-base:ubuntu"
}

provider "docker" {}

data "coder_workspace" "me" {}
data "coder_workspace_owner" "me" {}
data "coder_provisioner" "me" {}

resource "coder_agent" "main" {
  os   = "linux"
  arch = data.coder_provisioner.me.arch
}

module "deskside" {
  source   = "git::https://github.com/deskside/deskside.git//terraform-module?ref=v0.1.0"
  agent_id = coder_agent.main.id
}

resource "docker_volume" "home" {
  name = "coder-${data.coder_workspace.me.id}-home"

  # The home outlives a change of its name.
  lifecycle {
    ignore_changes = all
  }
}

resource "docker_container" "workspace" {
  count    = data.coder_workspace.me.start_count
  name     = "coder-${data.coder_workspace_owner.me.name}-${lower(data.coder_workspace.me.name)}"
  image    = var.image
  hostname = data.coder_workspace.me.name

  # A Coder on the same machine is reached by the container under another name than by the browser.
  entrypoint = ["sh", "-c", replace(coder_agent.main.init_script, "/localhost|127\\.0\\.0\\.1/", "host.docker.internal")]
  env        = ["CODER_AGENT_TOKEN=${coder_agent.main.token}"]

  # Browsers on the desktop need more shared memory than Docker's 64 MB.
  shm_size = 1024

  # The browser's UDP does not reach a bridge network: the picture travels over Coder's proxy.
  host {
    host = "host.docker.internal"
    ip   = "host-gateway"
  }

  volumes {
    container_path = "/home/coder"
    volume_name    = docker_volume.home.name
  }
}
