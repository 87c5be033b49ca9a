package demo

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// sshdLog is a real log of OpenSSH's internal-sftp: one session of four has it, the others have one that is made here.
const sshdLog = "sftp/sshd-internal-sftp.log"

// listFiles gives the session a log of file operations in place of a terminal. The same session has the same log.
func (s *Session) listFiles(account string) {
	s.Manifest["format"] = "filelog"
	r := rand.New(rand.NewPCG(uint64(s.ActionAt.UnixNano()), 0))
	if r.IntN(4) == 0 && s.Manifest["protocol"] == "SFTP" {
		s.File = sshdLog
		return
	}
	s.File, s.Log = "", fileLog(r, s.ActionAt, "/home/"+account)
}

var (
	folders = []string{"/srv/exports", "/srv/reports/2026", "/var/backups", "/srv/보고서", "/srv/請求書"}
	names   = []string{"orders-%02d.csv", "customers-%02d.xlsx", "backup-%02d.tar.gz", "월간 보고서 %02d.pdf", "請求書-%02d.pdf", "notes %02d.txt"}
	refused = []string{"/etc/shadow", "/etc/ssh/ssh_host_ed25519_key", "/etc/sudoers"}
)

// fileLog is a log of JSON lines: some folders are looked at, files are fetched and brought, a few attempts fail.
func fileLog(r *rand.Rand, at time.Time, home string) []byte {
	var b bytes.Buffer
	say := func(o map[string]any) {
		at = at.Add(time.Duration(50+r.IntN(4000)) * time.Millisecond)
		o["time"] = at.UTC().Format("2006-01-02T15:04:05.000Z")
		if o["result"] == nil {
			o["result"] = "ok"
		}
		line, err := json.Marshal(o)
		if err != nil {
			panic(err) // a map of strings and numbers
		}
		b.Write(append(line, '\n'))
	}
	say(map[string]any{"op": "list", "path": home})
	for range 1 + r.IntN(4) {
		folder := folders[r.IntN(len(folders))]
		say(map[string]any{"op": "list", "path": folder})
		for i := range 2 + r.IntN(12) {
			path := folder + "/" + fmt.Sprintf(names[r.IntN(len(names))], i)
			size, sum := int64(r.ExpFloat64()*3_000_000), make([]byte, 32)
			for k := range sum {
				sum[k] = byte(r.IntN(256))
			}
			switch moved := map[string]any{"path": path, "bytes": size, "sha256": hex.EncodeToString(sum)}; {
			case r.IntN(3) > 0:
				moved["op"] = "get"
				say(moved)
			case r.IntN(4) > 0:
				moved["op"] = "put"
				say(moved)
			default:
				say(map[string]any{"op": "rename", "path": path, "to": path + ".old"})
			}
		}
		if r.IntN(3) == 0 {
			say(map[string]any{"op": "get", "path": refused[r.IntN(len(refused))], "result": "Permission denied"})
		}
		at = at.Add(time.Duration(r.IntN(120)) * time.Second)
	}
	return b.Bytes()
}
