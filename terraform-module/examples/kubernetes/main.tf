terraform {
  required_version = ">= 1.4"

  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.11"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 2.30"
    }
  }
}

variable "namespace" {
  type        = string
  description = "Where the workspaces run. It must exist."
  default     = "coder-workspaces"
}

variable "image" {
  type        = string
  description = "An image with Deskside and all that it needs: the pod may not become root and install it. README.md shows its Dockerfile."
}

variable "gpu" {
  type        = bool
  description = "Gives each workspace one NVIDIA GPU."
  default     = false
}

variable "turn_uri" {
  type        = string
  description = "TURN server of the region, such as `coturn/` prints it. Without one the picture travels over Coder's proxy."
  default     = null
}

variable "turn_secret" {
  type        = string
  description = "The secret that the TURN server was given."
  default     = null
  sensitive   = true
}

provider "kubernetes" {}

data "coder_workspace" "me" {}
data "coder_workspace_owner" "me" {}

data "coder_parameter" "cores" {
  name         = "cores"
  display_name = "Processor cores"
  type         = "number"
  default      = "2"
  mutable      = true

  validation {
    min = 1
    max = 32
  }
}

data "coder_parameter" "memory" {
  name         = "memory"
  display_name = "Memory, GiB"
  type         = "number"
  default      = "4"
  mutable      = true

  validation {
    min = 2
    max = 128
  }
}

locals {
  name = "coder-${data.coder_workspace.me.id}"
  labels = {
    "app.kubernetes.io/name"     = "coder-workspace"
    "app.kubernetes.io/instance" = local.name
    "com.coder.user.username"    = data.coder_workspace_owner.me.name
  }
}

resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
}

module "deskside" {
  source      = "git::https://github.com/deskside/deskside.git//terraform-module?ref=v0.1.0"
  agent_id    = coder_agent.main.id
  install     = "never"
  turn_uri    = var.turn_uri
  turn_secret = var.turn_secret
}

resource "kubernetes_persistent_volume_claim_v1" "home" {
  wait_until_bound = false

  metadata {
    name      = "${local.name}-home"
    namespace = var.namespace
    labels    = local.labels
  }

  spec {
    access_modes = ["ReadWriteOnce"]

    resources {
      requests = { storage = "10Gi" }
    }
  }
}

resource "kubernetes_deployment_v1" "workspace" {
  count            = data.coder_workspace.me.start_count
  wait_for_rollout = false

  metadata {
    name      = local.name
    namespace = var.namespace
    labels    = local.labels
  }

  spec {
    replicas = 1

    # The home can be mounted once only.
    strategy {
      type = "Recreate"
    }

    selector {
      match_labels = local.labels
    }

    template {
      metadata {
        labels = local.labels
      }

      spec {
        automount_service_account_token = false

        security_context {
          run_as_non_root = true
          run_as_user     = 1000
          fs_group        = 1000

          seccomp_profile {
            type = "RuntimeDefault"
          }
        }

        container {
          name    = "workspace"
          image   = var.image
          command = ["sh", "-c", coder_agent.main.init_script]

          env {
            name  = "CODER_AGENT_TOKEN"
            value = coder_agent.main.token
          }

          security_context {
            allow_privilege_escalation = false

            capabilities {
              drop = ["ALL"]
            }
          }

          resources {
            requests = {
              cpu    = "500m"
              memory = "1Gi"
            }
            limits = merge(
              { cpu = data.coder_parameter.cores.value, memory = "${data.coder_parameter.memory.value}Gi" },
              var.gpu ? { "nvidia.com/gpu" = "1" } : {},
            )
          }

          volume_mount {
            name       = "home"
            mount_path = "/home/coder"
          }

          volume_mount {
            name       = "shared-memory"
            mount_path = "/dev/shm"
          }
        }

        volume {
          name = "home"

          persistent_volume_claim {
            claim_name = kubernetes_persistent_volume_claim_v1.home.metadata[0].name
          }
        }

        # Browsers on the desktop need more than the runtime's 64 MB. It counts as memory of the pod.
        volume {
          name = "shared-memory"

          empty_dir {
            medium     = "Memory"
            size_limit = "1Gi"
          }
        }
      }
    }
  }
}
