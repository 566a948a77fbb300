variable "app_port" {
  type        = number
  description = "Where the apps' server listens: the test itself."
}

data "coder_parameter" "quality" {
  name    = "quality"
  type    = "number"
  default = "5"
  mutable = true

  validation {
    min = 1
    max = 10
  }
}

resource "coder_script" "lines" {
  agent_id     = coder_agent.main.id
  display_name = "Lines"
  run_on_start = true
  script       = "for line in $(seq 1 300); do echo \"line $line\"; done"
}

resource "coder_app" "echo" {
  agent_id     = coder_agent.main.id
  slug         = "echo"
  display_name = "Echo"
  url          = "http://localhost:${var.app_port}/?x=1"

  healthcheck {
    url       = "http://localhost:${var.app_port}/healthz"
    interval  = 1
    threshold = 2
  }
}

resource "coder_app" "wide" {
  agent_id     = coder_agent.main.id
  slug         = "wide"
  display_name = "Echo on a host of its own"
  url          = "http://localhost:${var.app_port}"
  subdomain    = true
}

resource "coder_app" "docs" {
  agent_id     = coder_agent.main.id
  slug         = "docs"
  display_name = "Elsewhere"
  url          = "https://example.com/docs"
  external     = true
}
