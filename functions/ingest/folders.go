package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"

	"github.com/aws/aws-lambda-go/events"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// foldersOf lists the folders of the inbox in which something arrived, by the S3 event in a message's body.
// S3 writes keys as in a query: both "+" and "%20" stand for a space.
func foldersOf(ctx context.Context, body string) (folders []session.Folder) {
	var e events.S3Event
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		slog.WarnContext(ctx, "message is no S3 event", "error", err)
		return nil
	}
	for _, r := range e.Records { // none in the test event that S3 sends when the notification is set up
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			slog.WarnContext(ctx, "key of an S3 event", "error", err)
			continue
		}
		folder, _, ok := archive.ParseInboxKey(key)
		if !ok {
			slog.WarnContext(ctx, "object in no folder of a gateway", "key", key)
			continue
		}
		folders = append(folders, folder)
	}
	return folders
}
