# A workspace whose every start fails.
resource "terraform_data" "broken" {
  triggers_replace = [coder_agent.main.token]

  provisioner "local-exec" {
    command = "echo 'no machine is left' >&2; exit 1"
  }
}
