variable "stack_name" {
  description = "Name of the CloudFormation stack."
  type        = string
  default     = "tapedeck"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.stack_name))
    error_message = "Small letters, digits and dashes: names of buckets begin with it."
  }
}

variable "template" {
  description = "Path of the packaged template: what `sam package --s3-bucket BUCKET --output-template-file packaged.yaml` has written."
  type        = string
}

variable "bucket" {
  description = "Bucket that the template is put to, such as the one it was packaged to. It must be in the stack's region."
  type        = string
}

variable "parameters" {
  description = "Parameters of template.yaml, such as AppOrigin and OidcIssuer. Those that are left out have their defaults."
  type        = map(string)
}

variable "permissions_boundary" {
  description = "ARN of a policy that bounds the stack's roles, such as the output of infra/deploy-role; empty for none."
  type        = string
  default     = ""
}

variable "service_role" {
  description = "ARN of a role that CloudFormation works as; null to work as whoever runs Terraform."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the stack, and by it of all resources."
  type        = map(string)
  default     = {}
}
