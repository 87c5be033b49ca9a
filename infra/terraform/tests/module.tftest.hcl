mock_provider "aws" {
  mock_data "aws_region" { defaults = { id = "eu-central-1" } }
  mock_data "aws_partition" { defaults = { dns_suffix = "amazonaws.com" } }
}

variables {
  template   = "versions.tf" # any file
  bucket     = "my-packages"
  parameters = { AppOrigin = "https://tapedeck.example.com" }
}

run "deploys_the_template" {
  assert {
    condition     = aws_cloudformation_stack.this.template_url == "https://my-packages.s3.eu-central-1.amazonaws.com/tapedeck/${filesha256("versions.tf")}.yaml"
    error_message = "The template's address is ${aws_cloudformation_stack.this.template_url}."
  }
  assert {
    condition     = aws_cloudformation_stack.this.parameters == tomap({ AppOrigin = "https://tapedeck.example.com", PermissionsBoundaryArn = "" })
    error_message = "The parameters are ${jsonencode(aws_cloudformation_stack.this.parameters)}."
  }
}

run "refuses_a_name_of_which_no_bucket_can_be_made" {
  command = plan
  variables { stack_name = "Tape_Deck" }
  expect_failures = [var.stack_name]
}
