package lambdahttp_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tapedeck/internal/lambdahttp"
)

func TestAnEventIsARequest(t *testing.T) {
	h := lambdahttp.Handler("/v1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Add("X-A", "1")
		w.Header().Add("X-A", "2")
		w.WriteHeader(http.StatusTeapot)
		_ = json.NewEncoder(w).Encode([]any{r.Method, r.URL.Path, r.URL.Query()["q"], r.Header.Values("X-B"), string(body), lambdahttp.RequestID(r.Context())})
	}))
	e := events.APIGatewayProxyRequest{HTTPMethod: "POST", Path: "/v1/sessions/a", MultiValueQueryStringParameters: map[string][]string{"q": {"1 & 2", "ü"}},
		MultiValueHeaders: map[string][]string{"x-b": {"3", "4"}}, Body: "aGVsbG8=", IsBase64Encoded: true,
		RequestContext: events.APIGatewayProxyRequestContext{RequestID: "r-1"}}
	res, err := h(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	want := `["POST","/sessions/a",["1 \u0026 2","ü"],["3","4"],"hello","r-1"]` + "\n"
	if res.StatusCode != http.StatusTeapot || res.Body != want || len(res.MultiValueHeaders["X-A"]) != 2 {
		t.Errorf("%+v", res)
	}
	e.Body = "no base64!"
	if res, err := h(context.Background(), e); err != nil || res.StatusCode != http.StatusBadRequest {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestTheFunctionsEventsAreOfTheirTypes(t *testing.T) {
	for name, into := range map[string]any{"sessions": &events.APIGatewayProxyRequest{}, "audit": &events.APIGatewayProxyRequest{}, "playback": &events.APIGatewayProxyRequest{},
		"authorizer": &events.APIGatewayCustomAuthorizerRequestTypeRequest{}, "ingest": &events.SQSEvent{}, "archiver": &events.SQSEvent{},
		"reconciler": &events.CloudWatchEvent{}} {
		data, err := os.ReadFile("../../functions/" + name + "/testdata/event.json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
