package ingest

import (
	"context"
	"fmt"
	"slices"

	"tapedeck/internal/archive"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/video"
	"tapedeck/internal/session"
)

// film reads a film to its end. Nothing is made of it: the original is what plays.
func (g *Ingest) film(reading context.Context, c *archive.Commit, d *archive.DerivedCommit) error {
	parts := slices.DeleteFunc(g.partsOf(reading, c), func(p *part) bool { return p.role != session.PartRecording })
	defer closeParts(parts)
	if n := len(parts); n != 1 {
		return &recording.Error{Format: video.Format, What: fmt.Sprintf("%d parts are %q; a film is kept so, but only one that is a single file can be replayed", n, session.PartRecording)}
	}
	file := parts[0]
	if !archive.IsVideo(file.want.Key) {
		return &recording.Error{Format: video.Format, What: "an earlier version archived it under a name that no player is given"}
	}
	found, err := video.Read(file)
	if err == nil {
		err = file.check()
	}
	if err != nil {
		return readingFailed(reading, err)
	}
	d.Play = &session.Play{Encoder: d.Encoder, Video: &session.Video{Stored: file.want, Type: found.Type}}
	d.State, d.SizeBytes = session.Ready, &file.want.Size
	if ms := found.Duration.Milliseconds(); ms > 0 {
		d.DurationMs = &ms
	}
	if found.Truncated {
		d.Reason = session.ReasonTruncated
	}
	return nil
}
