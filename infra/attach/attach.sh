#!/bin/sh
# Gives the data of an earlier stack to a new one. README.md says when to run which.
#   attach.sh release BUCKET...   take off the policies that the earlier stack left: the new one puts its own
#   attach.sh connect STACK       let the inbox notify the new stack, and its pages fetch recordings
set -eu

output() { # STACK NAME
  aws cloudformation describe-stacks --stack-name "$1" --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]" --output text
}
parameter() { # STACK NAME
  aws cloudformation describe-stacks --stack-name "$1" --query "Stacks[0].Parameters[?ParameterKey=='$2'].ParameterValue | [0]" --output text
}

release() {
  for bucket in "$@"; do
    aws s3api delete-bucket-policy --bucket "$bucket"
    echo "released $bucket"
  done
}

connect() { # STACK
  inbox=$(output "$1" InboxBucket)
  queue=$(output "$1" IngestQueueArn)
  aws s3api put-bucket-notification-configuration --bucket "$inbox" --notification-configuration "{\"QueueConfigurations\": [{\"QueueArn\": \"$queue\",
    \"Events\": [\"s3:ObjectCreated:*\"], \"Filter\": {\"Key\": {\"FilterRules\": [{\"Name\": \"prefix\", \"Value\": \"in/\"}]}}}]}"
  echo "$inbox notifies $queue"
  derived=$(output "$1" DerivedBucket)
  origin=$(parameter "$1" AppOrigin)
  aws s3api put-bucket-cors --bucket "$derived" --cors-configuration "{\"CORSRules\": [{\"AllowedOrigins\": [\"$origin\"], \"AllowedMethods\": [\"GET\", \"HEAD\"],
    \"AllowedHeaders\": [\"range\"], \"ExposeHeaders\": [\"Content-Range\", \"Content-Length\", \"ETag\"], \"MaxAgeSeconds\": 3600}]}"
  echo "$derived is fetched from by $origin"
}

case ${1:-} in
  release) shift; [ $# -gt 0 ] && release "$@" ;;
  connect) [ $# = 2 ] && connect "$2" ;;
  *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
esac
