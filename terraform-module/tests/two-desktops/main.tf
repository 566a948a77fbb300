# Two desktops of one workspace agent: the second one leaves the environment of terminals to the first.

variable "agent_id" {
  description = "The agent of both."
  type        = string
}

module "first" {
  source   = "../.."
  agent_id = var.agent_id
}

module "second" {
  source          = "../.."
  agent_id        = var.agent_id
  slug            = "second"
  port            = 6081
  display         = ":21"
  set_environment = false
}

output "slugs" {
  description = "Of the first and the second app."
  value       = [module.first.slug, module.second.slug]
}

output "ports" {
  description = "Of the first and the second desktop."
  value       = [module.first.port, module.second.port]
}
