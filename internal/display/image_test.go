package display

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What chromium makes of each image lies beside it: red, green, blue and alpha of each pixel, not multiplied
// (web/e2e/images.test.mjs). JPEG leaves it to the decoder how exact its cosines are: Go and libjpeg-turbo differ by up to 3.
func TestImagesAreDecodedAsTheBrowserDoesIt(t *testing.T) {
	paths, err := filepath.Glob("testdata/images/*.rgba")
	if err != nil || len(paths) < 20 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path[:len(path)-len(".rgba")])
		if err != nil {
			t.Fatal(err)
		}
		pix, _, err := decode(data)
		if err != nil || len(pix.Pix) != len(want) {
			t.Errorf("%s: %v, %v", path, pix.Rect, err)
			continue
		}
		wrong, most := 0, 0
		for i, got := range pix.Pix {
			v := int(want[i])
			if i%4 < 3 { // as the canvas has it
				v = (v*int(want[i/4*4+3]) + 127) / 255
			}
			if d := int(got) - v; d != 0 {
				wrong++
				most = max(most, d, -d)
			}
		}
		if most > 0 && (!strings.Contains(path, ".jpeg") || most > 3) {
			t.Errorf("%s: %d of %d channels are wrong, by %d at most", path, wrong, len(want), most)
		}
	}
}
