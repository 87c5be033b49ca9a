// Package lambdahttp runs an http.Handler behind an API Gateway REST API (proxy integration).
package lambdahttp

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

type requestIDKey struct{}

// RequestID is the gateway's id of the request in flight.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// WithRequestID gives a context its request id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// Handler answers proxy events with h. prefix is cut from the path.
func Handler(prefix string, h http.Handler) func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return func(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		body := e.Body
		if e.IsBase64Encoded {
			raw, err := base64.StdEncoding.DecodeString(body)
			if err != nil {
				return events.APIGatewayProxyResponse{StatusCode: http.StatusBadRequest}, nil
			}
			body = string(raw)
		}
		u := url.URL{Path: strings.TrimPrefix(e.Path, prefix), RawQuery: url.Values(e.MultiValueQueryStringParameters).Encode()}
		r, err := http.NewRequestWithContext(WithRequestID(ctx, e.RequestContext.RequestID), e.HTTPMethod, u.String(), strings.NewReader(body))
		if err != nil {
			return events.APIGatewayProxyResponse{StatusCode: http.StatusBadRequest}, nil
		}
		for name, values := range e.MultiValueHeaders {
			for _, v := range values {
				r.Header.Add(name, v)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return events.APIGatewayProxyResponse{StatusCode: w.Code, MultiValueHeaders: w.Header(), Body: w.Body.String()}, nil
	}
}
