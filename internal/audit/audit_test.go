package audit

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tapedeck/internal/session"
)

// loses is a DynamoDB whose first answer never arrives: the entry is written all the same. What is there is changed
// by change before it answers the second time.
func loses(t *testing.T, change func(item string) string) *Log {
	var written string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var put struct{ Item json.RawMessage }
		if err := json.Unmarshal(body, &put); err != nil {
			t.Error(err)
		}
		if written == "" {
			written = string(put.Item)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed","Item":`+change(written)+`}`)
	}))
	t.Cleanup(s.Close)
	db := dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: &s.URL, Credentials: aws.CredentialsProvider(credentials.NewStaticCredentialsProvider("a", "b", ""))})
	return New(db, "audit", func() time.Time { return time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC) })
}

func TestAnEntryWhoseAnswerWasLostIsRecorded(t *testing.T) {
	e := session.Event{Action: session.ActList, Person: session.Person{Subject: "ada"}, RequestID: "r-1", Detail: map[string]string{"from": "x"}}
	if err := loses(t, func(item string) string { return item }).Record(t.Context(), e); err != nil {
		t.Errorf("it is there, and yet: %v", err)
	}
	other := loses(t, func(item string) string { return strings.Replace(item, "ada", "eve", 1) })
	if err := other.Record(t.Context(), e); session.CodeOf(err) != session.CodeUnavailable {
		t.Errorf("another entry is there: %v", err)
	}
}
