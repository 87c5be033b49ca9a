# The same template as everywhere, deployed by CloudFormation. Data is retained when the stack is destroyed.

data "aws_partition" "this" {}
data "aws_region" "this" {}

resource "aws_s3_object" "template" { # it is longer than what may be sent with the request
  bucket = var.bucket
  key    = "${var.stack_name}/${filesha256(var.template)}.yaml"
  source = var.template
}

resource "aws_cloudformation_stack" "this" {
  name         = var.stack_name
  template_url = "https://${var.bucket}.s3.${data.aws_region.this.id}.${data.aws_partition.this.dns_suffix}/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"] # roles, and SAM's transform
  parameters   = merge({ PermissionsBoundaryArn = var.permissions_boundary }, var.parameters)
  iam_role_arn = var.service_role
  tags         = var.tags
}
