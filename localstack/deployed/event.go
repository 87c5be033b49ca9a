package deployed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// eventSession is the session of the functions' testdata/event.json.
const eventSession = "01M86PTPG0PEH2TDABKQBSHG1E"

// Role is who asks in the event of a function.
func Role(folder string) string {
	switch folder {
	case "exports":
		return "exporter"
	case "settings", "audit":
		return "admin"
	}
	return "auditor"
}

// Event is the event that a function's folder has for it, with a token and a session that there are.
func Event(root, folder, token, session string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(root, "functions", folder, "testdata/event.json"))
	if err != nil {
		return nil, err
	}
	return []byte(strings.NewReplacer("TOKEN", token, eventSession, session).Replace(string(data))), nil
}

// Ready are the newest sessions that can be replayed: at least one.
func Ready(ctx context.Context, address, token string) (ids []string, err error) {
	query := url.Values{"pageSize": {"200"}, "from": {time.Now().AddDate(0, 0, -90).UTC().Format(time.RFC3339)}}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/v1/sessions?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	ask.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(ask)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	defer res.Body.Close()
	var page struct {
		Items []struct{ ID, State string }
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("list sessions: the API answers %s", res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(&page); err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	for _, s := range page.Items {
		if s.State == "ready" {
			ids = append(ids, s.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("none of %d sessions is ready", len(page.Items))
	}
	return ids, nil
}
