// Package demo fills a local stack with sessions that nobody had, through the front door: recordings and
// manifests are put into the inbox as a gateway does.
package demo

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"tapedeck/internal/session"
)

// Gateway is under whose name the demo arrives.
const Gateway = "demo"

// days is how far back the demo goes.
const days = 90

// Session is one session to put: a manifest's values and the recording's file.
type Session struct {
	UUID     string
	ActionAt time.Time
	Manifest map[string]any // without objects and end
	File     string         // of the recordings' folder; unless there is one of these:
	Log      []byte         // of file operations
	Desktop  *desktop
}

// ID is the id that the session will have.
func (s *Session) ID() string { return session.NewID(s.ActionAt, Gateway, s.UUID) }

// files are recordings that play well, the most usual first.
var files = []string{"cast-git-ls", "cast-apt", "castv3-psql-db02", "cast-vim", "cast-less", "cast-htop-top", "cast-tmux", "cast-wide-v2",
	"castv3-exit-code", "cast-stdin-password", "cast-altscreen", "castv3-resize", "cast-resize-24", "castv3-truecolor", "castv3-osc", "castv3-idle"}

// Generate makes n sessions of the last 90 days before now. The same seed and moment make the same sessions.
func Generate(seed uint64, n int, now time.Time) []*Session {
	r := rand.New(rand.NewPCG(seed, 0x7461706564656b))
	who, where, what := rand.NewZipf(r, 1.3, 2, uint64(len(people)-1)), rand.NewZipf(r, 1.2, 3, uint64(len(servers)-1)), rand.NewZipf(r, 1.2, 4, uint64(len(files)-1))
	sessions := make([]*Session, n)
	for i := range sessions {
		p, at := people[who.Uint64()], servers[where.Uint64()]
		sessions[i] = generate(r, p, at, files[what.Uint64()], now)
		switch at.protocol {
		case "SFTP", "FTP":
			sessions[i].listFiles(at.account)
		case "RDP":
			sessions[i].showDesktop(r)
		case "VNC":
			if sessions[i].Manifest["connectedFrom"] == "Web" { // its gateway records the screen as a film
				sessions[i].Manifest["format"], sessions[i].File = "video", "video/film.webm"
			} else {
				sessions[i].showDesktop(r)
			}
		}
	}
	return sessions
}

func generate(r *rand.Rand, p person, at server, file string, now time.Time) *Session {
	when := now.Add(-time.Duration(r.Float64()*days*24) * time.Hour).Truncate(time.Hour)
	if r.IntN(4) > 0 { // most people work by day
		when = when.Add(time.Duration(8+r.IntN(10)-when.Hour()) * time.Hour)
	}
	when = when.Add(time.Duration(r.IntN(3600_000)) * time.Millisecond).UTC()
	if when.After(now) {
		when = when.Add(-24 * time.Hour)
	}
	names := clients[at.protocol]
	client := names[r.IntN(len(names))]
	from := "Proxy"
	if len(client) > 8 && client[:8] == "Mozilla/" {
		from = "Web"
	}
	m := map[string]any{"name": p.name, "email": p.email, "role": p.role, "account": at.account, "serverName": at.name, "serverOs": at.os,
		"host": at.host, "port": at.port, "protocol": at.protocol, "clientIp": addresses[r.IntN(len(addresses))], "clientName": client,
		"connectedFrom": from, "format": "asciicast"}
	return &Session{UUID: uuid(r), ActionAt: when, Manifest: m, File: "cast/" + file + ".cast"}
}

// uuid is a UUID of version 4 (RFC 9562, section 5.4) from the generator.
func uuid(r *rand.Rand) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], r.Uint64())
	binary.BigEndian.PutUint64(b[8:], r.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
