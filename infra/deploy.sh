#!/bin/sh
# deploy.sh STACK puts what `make deploy` has built into AWS: the stack with SAM CLI, as samconfig.toml says, then the pages and
# their config.json. The account and region are those of the environment (AWS_PROFILE, AWS_REGION).
set -eu
cd "$(dirname "$0")/.."
stack=$1
scope=${SCOPE:-openid profile email}    # what the pages ask the issuer for
cli=${CLI_CLIENT_ID:-tapedeck-cli}      # client of the command line; with Cognito that of the pages

say() { echo "deploy: $*"; }
fail() { echo "deploy: $*" >&2; exit 1; }

[ -f samconfig.toml ] || fail "there is no samconfig.toml: cp infra/samconfig.example.toml samconfig.toml, and put your parameters into it"
for tool in sam aws; do
  command -v $tool >/dev/null || fail "$tool is not installed (SAM CLI and AWS CLI are needed)"
done

output() {
  aws cloudformation describe-stacks --stack-name "$stack" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue | [0]" --output text
}
parameter() {
  aws cloudformation describe-stacks --stack-name "$stack" --query "Stacks[0].Parameters[?ParameterKey=='$1'].ParameterValue | [0]" --output text
}

sam deploy --template-file template.yaml --config-file "$PWD/samconfig.toml" --stack-name "$stack" --no-progressbar --no-fail-on-empty-changeset

web=$(output WebBucket)
say "pages to $web"
# First what pages name, then the pages; assets of the version before stay for who has it open.
aws s3 sync web/dist/assets "s3://$web/assets" --cache-control "public, max-age=31536000, immutable" --only-show-errors
aws s3 sync web/dist "s3://$web" --exclude "assets/*" --exclude config.json --delete --cache-control no-cache --only-show-errors
port=0 # any
if [ "$(parameter CognitoDomain)" != "" ]; then
  cli=$(output ClientId)
  port=18907 # as the template's UserPoolClient says
fi
printf '{"issuer":"%s","clientId":"%s","scope":"%s","apiBase":"/api/v1","cliClientId":"%s","cliPort":%d}\n' \
  "$(output Issuer)" "$(output ClientId)" "$scope" "$cli" "$port" |
  aws s3 cp - "s3://$web/config.json" --content-type application/json --cache-control no-cache --only-show-errors

distribution=$(output DistributionId)
if [ "$distribution" != None ]; then
  aws cloudfront create-invalidation --distribution-id "$distribution" --paths "/*" --query Invalidation.Id --output text >/dev/null
  origin=$(parameter AppOrigin)
  address=$(output AppUrl)
  if [ "$(parameter CertificateArn)" = "" ] && [ "$origin" != "$address" ]; then
    fail "CloudFront has the address $address now: put AppOrigin=$address into samconfig.toml, tell it to your provider, and run make deploy once more"
  fi
  say "the pages are at $origin"
else
  say "the API is at $(output ApiUrl); without CloudFront the pages need a server of yours that forwards /api/* to it"
fi
