package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the golden anew")

// The golden is a sealed recording that tests of other languages open (web/src/passphrase).
const (
	golden      = "../../testdata/sealed/session.cast.age"
	goldenFacts = "../../testdata/sealed/session.json"
)

type facts struct {
	Passphrase string `json:"passphrase"`
	SHA256     string `json:"sha256"` // of what is sealed
	Bytes      int    `json:"bytes"`  // of what is sealed
}

func TestTheGoldenOpens(t *testing.T) {
	if *update {
		writeGolden(t)
	}
	file, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(goldenFacts)
	var f facts
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := stock(file, f.Passphrase)
	if sum := sha256.Sum256(got); err != nil || len(got) != f.Bytes || len(got) <= ChunkSize || hex.EncodeToString(sum[:]) != f.SHA256 {
		t.Errorf("%d bytes with SHA-256 %x, %v", len(got), sum, err)
	}
}

func writeGolden(t *testing.T) {
	t.Helper()
	f := facts{Passphrase: "밤마다 다른 배가 강을 건넌다"}
	h, key, err := New(f.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSealer(h, key)
	if err != nil {
		t.Fatal(err)
	}
	plain := []byte(`{"version":2,"width":80,"height":24}` + "\n")
	for i := 0; len(plain) < ChunkSize+1000; i++ {
		plain = fmt.Appendf(plain, `[%d.5, "o", "line %d %s\r\n"]`+"\n", i, i, bytes.Repeat([]byte("="), 40))
	}
	sum := sha256.Sum256(plain)
	f.SHA256, f.Bytes = hex.EncodeToString(sum[:]), len(plain)
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{golden: sealParts(t, s, plain, ChunkSize), goldenFacts: append(data, '\n')} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
