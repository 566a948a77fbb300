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

data "coder_workspace" "me" {}
data "coder_workspace_owner" "me" {}
data "coder_provisioner" "me" {}

data "coder_parameter" "repository" {
  name         = "repository"
  display_name = "Repository"
  description  = "Git repository with a devcontainer.json that has the feature deskside."
  type         = "string"
  mutable      = true
}

resource "coder_agent" "main" {
  os   = "linux"
  arch = data.coder_provisioner.me.arch
  dir  = "/workspaces"
}

# Envbuilder runs no entrypoint of a feature: the module starts the desktop that the feature has installed.
module "deskside" {
  source   = "git::https://github.com/deskside/deskside.git//terraform-module?ref=v0.1.0"
  agent_id = coder_agent.main.id
  install  = "never"
}

resource "docker_volume" "workspaces" {
  name = "coder-${data.coder_workspace.me.id}-workspaces"

  lifecycle {
    ignore_changes = all
  }
}

resource "docker_container" "workspace" {
  count    = data.coder_workspace.me.start_count
  name     = "coder-${data.coder_workspace_owner.me.name}-${lower(data.coder_workspace.me.name)}"
  image    = "ghcr.io/coder/envbuilder:latest"
  hostname = data.coder_workspace.me.name

  # A Coder on the same machine is reached by the container under another name than by the browser.
  env = [
    "CODER_AGENT_TOKEN=${coder_agent.main.token}",
    "CODER_AGENT_URL=${replace(data.coder_workspace.me.access_url, "/localhost|127\\.0\\.0\\.1/", "host.docker.internal")}",
    "ENVBUILDER_GIT_URL=${data.coder_parameter.repository.value}",
    "ENVBUILDER_INIT_SCRIPT=${replace(coder_agent.main.init_script, "/localhost|127\\.0\\.0\\.1/", "host.docker.internal")}",
    "ENVBUILDER_FALLBACK_IMAGE=debian:12",
  ]

  # Browsers on the desktop need more shared memory than Docker's 64 MB.
  shm_size = 1024

  host {
    host = "host.docker.internal"
    ip   = "host-gateway"
  }

  volumes {
    container_path = "/workspaces"
    volume_name    = docker_volume.workspaces.name
  }
}
