// Command authorizer is the gateway's fence: it lets a verified access token through to the whole stage. What
// its person may do there, the functions decide.
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"tapedeck/internal/access"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/session"
)

func main() {
	awsenv.JSONLogs()
	var env awsenv.Vars
	verifier := access.NewVerifier(env.Text("OIDC_ISSUER"), env.Text("OIDC_AUDIENCE"), env.Text("GROUPS_CLAIM"), time.Now)
	if env.Err() != nil {
		log.Fatal(env.Err())
	}
	lambda.Start(func(ctx context.Context, e events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
		person, err := verifier.Verify(ctx, bearer(e.Headers))
		if err != nil {
			if session.CodeOf(err) != session.CodeUnauthenticated {
				slog.ErrorContext(ctx, "the issuer does not answer", "error", err)
			}
			return events.APIGatewayCustomAuthorizerResponse{}, errors.New("Unauthorized") // the gateway's word for 401
		}
		stage, _, _ := strings.Cut(e.MethodArn, "/") // arn:aws:execute-api:region:account:api/stage/METHOD/path
		name, _, _ := strings.Cut(strings.TrimPrefix(e.MethodArn, stage+"/"), "/")
		return events.APIGatewayCustomAuthorizerResponse{PrincipalID: person.Subject, PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version:   "2012-10-17",
			Statement: []events.IAMPolicyStatement{{Action: []string{"execute-api:Invoke"}, Effect: "Allow", Resource: []string{stage + "/" + name + "/*"}}},
		}}, nil
	})
}

func bearer(headers map[string]string) string {
	for name, value := range headers {
		if scheme, token, ok := strings.Cut(value, " "); ok && strings.EqualFold(name, "Authorization") && strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(token)
		}
	}
	return ""
}
