variable "port" {
  type = number
}

variable "display" {
  type = string
}

variable "size" {
  type    = string
  default = "1280x720"
}

variable "udp_port" {
  type        = number
  description = "Of WebRTC: one that nothing gets through, as where only Coder's proxy leads to the workspace."
}

module "deskside" {
  source    = "./deskside"
  agent_id  = coder_agent.main.id
  port      = var.port
  display   = var.display
  size      = var.size
  desktop   = "none"
  subdomain = true
  install   = "never"
  share     = "authenticated"
  files_dir = "~/exchange"
  settings  = { transport = "auto", udp_port = tostring(var.udp_port) }
}
