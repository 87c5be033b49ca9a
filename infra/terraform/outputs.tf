output "outputs" {
  description = "Outputs of the stack: names of buckets and tables, addresses of queues and API."
  value       = aws_cloudformation_stack.this.outputs
}

output "stack_id" {
  description = "ARN of the stack."
  value       = aws_cloudformation_stack.this.id
}
