variable "port" {
  type = number
}

variable "display" {
  type = string
}

module "deskside" {
  source    = "./deskside"
  agent_id  = coder_agent.main.id
  port      = var.port
  display   = var.display
  size      = "1280x720"
  desktop   = "none"
  subdomain = true
  install   = "never"
}
