# What the module offers for the agent's own figures.
resource "coder_agent" "main" {
  metadata {
    key          = "desktop"
    display_name = "Desktop"
    script       = module.deskside.metadata_script
    interval     = 2
    timeout      = 5
  }
}
