package reel

import "testing"

// What comes after a keyframe is in proportion to it, and a seek, which needs both, has a bound.
func TestFramesAfterAKeyframe(t *testing.T) {
	for _, c := range []struct{ n, keyframe, want int }{
		{0, 0, firstRaw},
		{9, firstRaw / 4, firstRaw},
		{9, firstRaw, 2 * firstRaw},
		{9, 3 << 19, mostSeek - 3<<19},
		{9, 3 << 20, 3 << 20},
		{growth, firstRaw, 2 * firstRaw},
		{2 * growth, firstRaw, 4 * firstRaw},
		{1 << 30, firstRaw, lastRaw},
	} {
		if got := framesRaw(c.n, c.keyframe); got != c.want {
			t.Errorf("segment %d after %d bytes has %d, want %d", c.n, c.keyframe, got, c.want)
		}
	}
	for keyframe := 0; keyframe <= mostSeek/2; keyframe += 1000 {
		if frames := framesRaw(0, keyframe); frames < keyframe || keyframe+frames > mostSeek {
			t.Fatalf("%d after %d", frames, keyframe)
		}
	}
}
