# A TURN server for the workspaces of one region: apply it once in each, beside the people and not beside the database.
# The browser asks it for an address within the cluster and sends there; so only its one port is open to the outside.
terraform {
  required_version = ">= 1.4"

  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 2.30"
    }
  }
}

variable "namespace" {
  type        = string
  description = "Where the server runs. It must exist."
  default     = "coder-workspaces"
}

variable "secret" {
  type        = string
  description = "What the server and the workspaces share; short-lived passwords are made from it. `openssl rand -hex 32` makes one."
  sensitive   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9+/=_-]{32,}$", var.secret))
    error_message = "secret must have at least 32 letters, digits, +, /, =, _ or -: openssl rand -hex 32 makes one."
  }
}

variable "realm" {
  type        = string
  description = "The server's name in its answers."
  default     = "deskside"
}

variable "pods" {
  type        = string
  description = "The addresses of the cluster's pods, FIRST-LAST. The server passes packets on to these only."
  default     = "10.0.0.0-10.255.255.255"

  validation {
    condition     = can(regex("^[0-9.]+-[0-9.]+$", var.pods))
    error_message = "pods must be two addresses with a dash between them, such as 10.244.0.0-10.244.255.255."
  }
}

variable "replicas" {
  type        = number
  description = "Servers behind the one address. A core relays some hundred desktops."
  default     = 1
}

provider "kubernetes" {}

locals {
  labels = { "app.kubernetes.io/name" = "coturn" }
  port   = 3478
}

resource "kubernetes_secret_v1" "configuration" {
  metadata {
    name      = "coturn"
    namespace = var.namespace
    labels    = local.labels
  }

  data = {
    "turnserver.conf" = <<-EOT
      listening-port=${local.port}
      realm=${var.realm}
      fingerprint
      use-auth-secret
      static-auth-secret=${var.secret}
      stale-nonce=600
      denied-peer-ip=0.0.0.0-255.255.255.255
      allowed-peer-ip=${var.pods}
      no-multicast-peers
      no-tls
      no-dtls
      no-cli
      log-file=stdout
    EOT
  }
}

resource "kubernetes_deployment_v1" "coturn" {
  metadata {
    name      = "coturn"
    namespace = var.namespace
    labels    = local.labels
  }

  spec {
    replicas = var.replicas

    selector {
      match_labels = local.labels
    }

    template {
      metadata {
        labels = local.labels

        # A new secret starts it again.
        annotations = { "checksum/configuration" = sha256(kubernetes_secret_v1.configuration.data["turnserver.conf"]) }
      }

      spec {
        automount_service_account_token = false

        security_context {
          run_as_non_root = true
          run_as_user     = 65534

          seccomp_profile {
            type = "RuntimeDefault"
          }
        }

        container {
          name    = "coturn"
          image   = "coturn/coturn:4.6-debian"
          command = ["turnserver", "-c", "/etc/coturn/turnserver.conf"]

          port {
            name           = "turn-udp"
            container_port = local.port
            protocol       = "UDP"
          }

          port {
            name           = "turn-tcp"
            container_port = local.port
            protocol       = "TCP"
          }

          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true

            capabilities {
              drop = ["ALL"]
            }
          }

          resources {
            requests = { cpu = "100m", memory = "64Mi" }
            limits   = { memory = "256Mi" }
          }

          readiness_probe {
            tcp_socket {
              port = local.port
            }
          }

          volume_mount {
            name       = "configuration"
            mount_path = "/etc/coturn"
            read_only  = true
          }

          # Where it keeps its process id and its (empty) database.
          volume_mount {
            name       = "scratch"
            mount_path = "/var/lib/coturn"
          }
        }

        volume {
          name = "configuration"

          secret {
            secret_name = kubernetes_secret_v1.configuration.metadata[0].name
          }
        }

        volume {
          name = "scratch"

          empty_dir {
            medium     = "Memory"
            size_limit = "16Mi"
          }
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "coturn" {
  wait_for_load_balancer = true

  metadata {
    name      = "coturn"
    namespace = var.namespace
    labels    = local.labels
  }

  spec {
    type     = "LoadBalancer"
    selector = local.labels
    # Packets of one browser must reach one server.
    session_affinity        = "ClientIP"
    external_traffic_policy = "Local"

    port {
      name     = "turn-udp"
      port     = local.port
      protocol = "UDP"
    }

    port {
      name     = "turn-tcp"
      port     = local.port
      protocol = "TCP"
    }
  }
}

output "turn_uri" {
  description = "For the workspaces' variable of the same name."
  value       = "turn:${try(coalesce(one(kubernetes_service_v1.coturn.status[0].load_balancer[0].ingress[*].ip), one(kubernetes_service_v1.coturn.status[0].load_balancer[0].ingress[*].hostname)), "ADDRESS-OF-THE-SERVICE")}:${local.port}"
}
