package session

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

const goodManifest = `{"version":1,"sessionId":"0B7E0000-0000-4000-8000-000000000001","actionAt":"2026-11-23T06:04:05.1239Z","endedAt":"2026-11-23T06:31:09.000Z",
 "name":"Kim Minji","email":"minji@example.test","role":"SRE","account":"ubuntu","serverName":"web-01","serverOs":"ubuntu",
 "host":"10.2.3.4","port":22,"protocol":"Gopher","clientIp":"::ffff:192.0.2.7","clientName":"SSH-2.0-OpenSSH_9.6","connectedFrom":"Proxy","later":{"a":1},
 "format":"asciicast","objects":[{"key":"recording.cast","part":"recording","size":14850}]}`

func TestParseManifest(t *testing.T) {
	m, err := ParseManifest([]byte(goodManifest))
	if err != nil {
		t.Fatal(err)
	}
	if m.UUID != "0b7e0000-0000-4000-8000-000000000001" || FormatTime(m.ActionAt) != "2026-11-23T06:04:05.123Z" || *m.Row.DurationMs != 1623877 {
		t.Errorf("uuid %s, actionAt %s, duration %d", m.UUID, FormatTime(m.ActionAt), *m.Row.DurationMs)
	}
	if r := m.Row; r.ServerOS != "Ubuntu" || r.Protocol != ETC || r.ProtocolRaw != "Gopher" || r.ClientIP != "192.0.2.7" || *r.Port != 22 {
		t.Errorf("columns %+v", r)
	}
}

func TestParseManifestSaysWhatIsWrong(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(goodManifest, old, new, 1) }
	for name, c := range map[string]struct{ manifest, want string }{
		"no JSON":             {"not json", "not a JSON object"},
		"a JSON array":        {"[]", "not a JSON object"},
		"invalid UTF-8":       {with("Kim", "K\xffm"), "not valid UTF-8"},
		"no sessionId":        {with(`"sessionId"`, `"x"`), "no sessionId"},
		"no objects":          {with(`"objects"`, `"x"`), "no objects"},
		"empty objects":       {with(`[{"key":"recording.cast","part":"recording","size":14850}]`, `[]`), "names 0 objects"},
		"another version":     {with(`"version":1`, `"version":2`), "version is 2"},
		"no UUID":             {with("0B7E0000", "xyz"), "not a UUID"},
		"bad time":            {with("2026-11-23T06:04", "yesterday"), "actionAt"},
		"wrong type":          {with(`"port":22`, `"port":"22"`), "port has the wrong type"},
		"port out of bounds":  {with(`"port":22`, `"port":70000`), "port is out of bounds"},
		"unknown format":      {with(`"asciicast"`, `"mp3"`), "format is none of"},
		"outside its folder":  {with("recording.cast", "../other/recording.cast"), "own folder"},
		"another gateway's":   {with("recording.cast", "/in/gw2/x/recording.cast"), "own folder"},
		"a parent":            {with("recording.cast", ".."), "own folder"},
		"itself":              {with("recording.cast", "session.json"), "own folder"},
		"unknown part":        {with(`"part":"recording"`, `"part":"soul"`), "part is none of"},
		"negative size":       {with("14850", "-1"), "size is negative"},
		"no SHA-256":          {with("14850", `1,"sha256":"abc"`), "sha256"},
		"over 16 MiB in size": {strings.Repeat(" ", MaxManifestBytes+1), "larger than 16 MiB"},
	} {
		_, err := ParseManifest([]byte(c.manifest))
		if CodeOf(err) != CodeInvalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestHostileTextIsBoundedAndHarmless(t *testing.T) {
	m, err := ParseManifest([]byte(strings.Replace(goodManifest, "Kim Minji", strings.Repeat("한", 400_000)+`\u0000\u001b[31m`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if n := m.Row.Name; len(n) > MaxTextBytes || !strings.HasSuffix(n, "…") || !utf8.ValidString(n) {
		t.Errorf("the name has %d bytes and ends in %q", len(n), n[len(n)-6:])
	}
	if got := Text(" a\x1b[31mb\u0085c\n "); got != "a\ufffd[31mb\ufffdc" {
		t.Errorf("Text = %q", got)
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(goodManifest))
	f.Add([]byte(`{"version":1,"objects":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseManifest(data)
		if err != nil {
			if CodeOf(err) != CodeInvalid {
				t.Fatalf("an error that is not for people: %v", err)
			}
			return
		}
		for _, o := range m.Objects {
			if strings.ContainsAny(o.Key, "/\\\x00") || o.Key == ".." {
				t.Fatalf("the key %q can leave its folder", o.Key)
			}
		}
	})
}
