package session

import (
	"cmp"
	"errors"
	"time"
)

// ErrNoNumbers says that nothing counts registration numbers: they were never started, or the index is lost.
var ErrNoNumbers = errors.New("session: nothing counts registration numbers")

// Folder is a place in the inbox: `in/<gateway>/<name>/`.
type Folder struct {
	Gateway string `json:"gateway"`
	Name    string `json:"folder"`
}

// CompareFolders orders folders by gateway, then by name.
func CompareFolders(a, b Folder) int {
	return cmp.Or(cmp.Compare(a.Gateway, b.Gateway), cmp.Compare(a.Name, b.Name))
}

// Registration is what the first manifest of a session said, fixed for ever: every retry and every later
// manifest reads it.
type Registration struct {
	Identity string `json:"identity"` // Identity(gateway, uuid)
	UUID     string `json:"uuid"`
	Folder
	Digest  string  `json:"digest"` // of what the first manifest said, to know a later one that says something else
	Session Session `json:"row"`    // ID, No, ActionAt, the columns and SessionRecord; State and Reason as found then

	RawActionAt time.Time `json:"rawActionAt"` // what the gateway said; differs from Session.ActionAt when its clock was ahead
	Format      string    `json:"format"`
	Objects     []Object  `json:"objects"` // nil: the manifest itself is unreadable, Session.Reason says why
	Attempt     string    `json:"attempt"` // the attempt of whoever registered

	Conflict bool `json:"-"` // a later manifest said something else
}

// Stored is an object of the evidence or derived bucket that a commit file names.
type Stored struct {
	Key       string `json:"key"`
	VersionID string `json:"versionId,omitempty"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
}

// PartManifest is the part of the manifest among a session's originals.
const PartManifest = "manifest"

// Original is one object of a recording as it lies in evidence.
type Original struct {
	Stored
	Name string `json:"name"` // its name in the inbox
	Part string `json:"part"` // PartManifest, or as the manifest says
}

// Recording is what a row knows of its recording beyond the columns.
type Recording struct {
	Attempt   string     `json:"attempt"` // that archive.json committed
	Originals []Original `json:"originals"`
	Play      *Play      `json:"play,omitempty"` // nil: there is nothing to replay
}

// Play names the objects of one encoder's work, committed by a derived-*.json.
type Play struct {
	Encoder    int    `json:"encoder"`
	Object     Stored `json:"object"`
	Index      Stored `json:"index"`
	Table      Stored `json:"table"`
	Transcript Stored `json:"transcript"`

	// Keys holds what was typed in a recording of graphics, passwords too; nil is one of text. Who may play a recording
	// may not read it by that.
	Keys *Stored `json:"keys,omitempty"`

	// Video is what plays of a film: the original itself. No other object is made of one.
	Video *Video `json:"video,omitempty"`
}

// Video is an original that a browser plays as it is.
type Video struct {
	Stored
	Type string `json:"type"` // media type
}

// Replayable reports whether there are readers for it. Encoder 1 made no table.
func (p *Play) Replayable() bool {
	return p != nil && (p.Table.Size > 0 || p.Object.Size == 0)
}
