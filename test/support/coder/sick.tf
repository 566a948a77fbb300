# A workspace whose desktop never answers.
resource "coder_app" "deskside" {
  agent_id     = coder_agent.main.id
  slug         = "deskside"
  display_name = "Desktop"
  url          = "http://127.0.0.1:1"

  healthcheck {
    url       = "http://127.0.0.1:1/healthz"
    interval  = 1
    threshold = 1
  }
}
