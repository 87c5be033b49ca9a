package terminal

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

func BenchmarkFeed(b *testing.B) {
	for _, name := range []string{"cast-find-flood", "cast-htop-top", "cast-tmux", "cast-wide-v2", "castv3-truecolor", "cast-vim"} {
		b.Run(name, func(b *testing.B) {
			data, err := os.ReadFile("../../testdata/recordings/cast/" + name + ".cast")
			if err != nil {
				b.Fatal(err)
			}
			var events [][]byte
			total := 0
			for _, l := range bytes.Split(data, []byte("\n"))[1:] {
				var e []any
				if json.Unmarshal(l, &e) != nil || len(e) < 3 || e[1] != "o" {
					continue
				}
				events = append(events, []byte(e[2].(string)))
				total += len(e[2].(string))
			}
			t := New(80, 24)
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for b.Loop() {
				for _, e := range events {
					t.Feed(e)
				}
			}
		})
	}
}
