package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestAKeyDoesNotShowItself(t *testing.T) {
	key, err := ToFileKey([]byte("SIXTEEN BYTE KEY"))
	if err != nil {
		t.Fatal(err)
	}
	inside := struct {
		Key  FileKey
		Keys []*FileKey
	}{key, []*FileKey{&key}}
	var shown bytes.Buffer
	for _, v := range []any{key, &key, inside, &inside} {
		for _, verb := range []string{"v", "+v", "#v", "s", "q", "x", "X", "d", "b", "o", "c", "U", "08b"} {
			fmt.Fprintf(&shown, "%"+verb+"\n", v)
		}
		fmt.Fprintln(&shown, v)
		slog.New(slog.NewJSONHandler(&shown, nil)).Info("key", "key", v)
		slog.New(slog.NewTextHandler(&shown, nil)).Info("key", "key", v)
		if err := json.NewEncoder(&shown).Encode(v); err != nil {
			t.Error(err)
		}
	}
	if n := strings.Count(shown.String(), hidden); n < 40 {
		t.Errorf("it is hidden %d times: this test looks at the wrong thing", n)
	}
	for _, secret := range []string{string(key[:4]), hex.EncodeToString(key[:4]), strings.ToUpper(hex.EncodeToString(key[:4])),
		base64.StdEncoding.EncodeToString(key[:3]), "83 73 88", "0x53", "1010011", "123 111 130", "U+0053", "S I X"} {
		if strings.Contains(shown.String(), secret) {
			t.Errorf("%q is in\n%s", secret, shown.String())
		}
	}
}
