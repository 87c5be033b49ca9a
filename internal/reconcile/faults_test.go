package reconcile_test

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/reconcile"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// What goes wrong, of 1,000.
const (
	eventsLost    = 50
	sessionsLost  = 50 // of which every event is
	eventsDoubled = 100
	runsKilled    = 100 // of ingest and of the archiver
)

// receives is how often a message comes before it is a dead letter: lost, too.
const receives = 5

var firstSeed = flag.Uint64("seed", 0, "repeat the faults of a seed")

// Ingest is given 100,000 manifests, in five archives, while everything that can go wrong does. Then the reconciler
// runs for some days.
func TestNothingIsLostOrDoubledUnderFaults(t *testing.T) {
	n := 20_000
	if testing.Short() {
		n = 1_000
	}
	defer debug.SetGCPercent(debug.SetGCPercent(200)) // what is made here stays
	seed := cmp.Or(*firstSeed, rand.Uint64())
	for i := range uint64(5) {
		t.Run(fmt.Sprintf("seed %d", seed+i), func(t *testing.T) { underFaults(t, seed+i, n) })
	}
}

func underFaults(t *testing.T, seed uint64, n int) {
	f := newFaults(t, seed, n)
	f.play(start.Add(9 * time.Hour))
	f.ingestBatch() // the rest
	before := len(f.rows())
	for range 33 { // without more faults, to the third day
		f.play(f.now.Add(2 * time.Hour))
		f.total.Add(f.run(hourly))
		f.handedOver()
	}
	t.Logf("%d events of %d manifests: %d lost, %d doubled, %d dead letters; %d runs were killed at a write; %d of %d rows before the reconciler ran alone; it did %+v",
		f.events, n, f.lost, f.doubled, f.dead, f.kills, before, len(f.all), f.total)
	if f.kills < n/500 || f.lost < n/20 || f.dead < n/100 || before > n-n/50 || f.total.Found < n/50 || f.total.Swept < f.kills/4 || f.total.Failed > 0 {
		t.Error("too little went wrong to prove anything, or the reconciler failed")
	}
	f.check()
}

// faults is a world with a clock in which things happen in the order of time, or out of it.
type faults struct {
	*world
	r         *rand.Rand
	all       []expected
	agenda    agenda
	entries   int
	pending   []message // of the queue from the inbox
	countdown int       // to the end of the run that is about to be killed; -1: none
	outage    bool      // no write succeeds

	events, lost, doubled, dead, kills int
	total                              reconcile.Report
}

// expected is a session and what must become of it.
type expected struct {
	put
	state    session.State
	conflict bool
}

// message is an event of the inbox, or the identity of a session that was handed over.
type message struct {
	folder   session.Folder
	identity string
	received int
}

// entry is something that happens at a time.
type entry struct {
	at time.Time
	n  int // equal times keep their order
	do func()
}

type agenda []entry

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(entry)) }
func (a *agenda) Pop() any {
	end := len(*a) - 1
	last := (*a)[end]
	(*a)[end] = entry{} // for the garbage collector
	*a = (*a)[:end]
	return last
}

func newFaults(t *testing.T, seed uint64, n int) *faults {
	f := &faults{world: newWorld(t), r: rand.New(rand.NewPCG(seed, 0)), countdown: -1}
	f.index.Fail, f.archive.Fail = f.die, f.die
	for i := range n {
		f.at(startOf(i, n).Add(-time.Minute), func() { f.announce(i, n) })
	}
	for h := range 3 {
		f.at(start.Add(time.Duration(h)*time.Hour), f.reconcile)
	}
	f.at(start.Add(4*time.Hour), func() { f.outage = true })
	f.at(start.Add(4*time.Hour+70*time.Minute), func() { f.outage = false })
	return f
}

// startOf is when the i-th of n sessions of six hours starts: three of them at a moment.
func startOf(i, n int) time.Time {
	return start.Add(time.Duration(i/3) * 6 * time.Hour / time.Duration(n/3+1)).Truncate(time.Millisecond)
}

// announce is a session: what the gateway puts, and what must become of it.
func (f *faults) announce(i, n int) {
	p := recorded(i)
	p.at = startOf(i, n)
	ended := p.at.Add(time.Duration(f.r.IntN(3600)) * time.Second)
	e := expected{put: p, state: session.Ready}
	arrives := ended
	p.format, e.state = "video", session.Unreadable // quickly done, and with every step but encoding
	switch k := f.r.IntN(1000); {
	case k < 8: // few, since each costs what fifty others do
		p.format, e.state = "asciicast", session.Ready
	case k < 10:
		p.format, p.data, e.state = "asciicast", large, session.Ready
	case k < 50:
		p.data = large
	case k < 110:
		p.broken = true
	case k < 210: // minutes after its manifest
		arrives = ended.Add(time.Duration(f.r.IntN(1800)) * time.Second)
	case k < 215: // when it had been given up
		arrives = ended.Add(30 * time.Hour)
	case k < 225:
		arrives, e.state = time.Time{}, session.Incomplete
	case k < 255: // a second manifest says something else
		e.conflict = true
		other := p
		other.folder, other.account = p.folder+"-again", "root"
		f.put(ended.Add(time.Duration(f.r.IntN(120))*time.Second), other, true, false)
		f.put(ended.Add(time.Duration(f.r.IntN(120))*time.Second), other, false, false)
	}
	e.put = p
	silent := f.r.IntN(1000) < sessionsLost
	if !arrives.IsZero() {
		f.put(arrives, p, false, silent)
	}
	f.put(ended, p, true, silent)
	f.all = append(f.all, e)
}

func (f *faults) at(when time.Time, do func()) {
	f.entries++
	heap.Push(&f.agenda, entry{when, f.entries, do})
}

// put puts a session's manifest, or else its recording, and tells of it: soon, late, twice or never.
func (f *faults) put(when time.Time, p put, manifest, silent bool) {
	f.at(when, func() {
		if manifest {
			f.putManifest(p)
		} else {
			f.putRecording(p)
		}
	})
	f.events++
	tell := func(within int) {
		f.at(when.Add(time.Duration(1+f.r.IntN(within))*time.Second), func() { f.deliver(message{folder: p.Folder()}) })
	}
	switch k := f.r.IntN(1000); {
	case silent, k < eventsLost:
		f.lost++
	case k < eventsLost+eventsDoubled:
		f.doubled++
		tell(3600)
		fallthrough
	default:
		tell(120)
	}
}

// play lets everything happen up to a time.
func (f *faults) play(until time.Time) {
	for len(f.agenda) > 0 && !f.agenda[0].at.After(until) {
		e := heap.Pop(&f.agenda).(entry)
		f.now = e.at
		e.do()
	}
	f.now = until
}

// deliver gathers events to a batch of ten.
func (f *faults) deliver(m message) {
	if f.pending = append(f.pending, m); len(f.pending) == 10 {
		f.ingestBatch()
	}
}

// ingestBatch is a run of ingest. What it says has failed comes again; when it is killed, all of it.
func (f *faults) ingestBatch() {
	batch := f.pending
	f.pending = nil
	var folders []session.Folder
	for _, m := range batch {
		folders = append(folders, m.folder)
	}
	var failed map[session.Folder]error
	killed := f.mayBeKilled(200, func() { failed = f.ingest.Arrive(context.Background(), folders) })
	for _, m := range batch {
		if killed || failed[m.folder] != nil {
			f.again(m, 12*time.Minute, f.deliver)
		}
	}
	f.handedOver()
}

// handedOver takes what lies in the archiver's queue.
func (f *faults) handedOver() {
	for _, identity := range f.queue {
		f.again(message{identity: identity}, time.Minute, f.archiveOne)
	}
	f.queue = nil
}

// archiveOne is a run of the archiver.
func (f *faults) archiveOne(m message) {
	var err error
	if killed := f.mayBeKilled(25, func() { err = f.ingest.Archive(context.Background(), m.identity) }); killed || err != nil {
		f.again(m, 16*time.Minute, f.archiveOne)
	}
}

func (f *faults) again(m message, after time.Duration, do func(message)) {
	if m.received++; m.received > receives {
		f.dead++
		return
	}
	f.at(f.now.Add(after), func() { do(m) })
}

func (f *faults) reconcile() {
	f.countdown = f.r.IntN(3000)
	f.mayBeKilled(3000, func() {
		if _, err := f.Run(context.Background(), hourly); err != nil && !errors.Is(err, errKilled) {
			f.t.Fatal(err)
		}
	})
}

// mayBeKilled does something that is killed, now and then, at one of its first moments: before a write or after it.
func (f *faults) mayBeKilled(moments int, do func()) (killed bool) {
	if f.r.IntN(1000) < runsKilled {
		f.countdown = f.r.IntN(moments)
	}
	do()
	killed = f.countdown == 0
	if f.countdown = -1; killed {
		f.kills++
	}
	return killed
}

func (f *faults) die(string, bool) error {
	switch {
	case f.outage:
		return errKilled
	case f.countdown < 0:
		return nil
	case f.countdown > 0:
		f.countdown--
	}
	if f.countdown == 0 {
		return errKilled
	}
	return nil
}

// check compares with what must have become of each session, and looks for anything besides.
func (f *faults) check() {
	ctx := context.Background()
	rows := map[string]session.Session{}
	for _, s := range f.rows() {
		rows[s.ID] = s
	}
	if len(rows) != len(f.all) {
		f.t.Errorf("%d rows of %d sessions", len(rows), len(f.all))
	}
	f.sameNumbers()
	named := map[string]bool{} // keys that something names
	for _, e := range f.all {
		r, err := f.index.Registration(ctx, e.identity())
		if err != nil {
			f.t.Errorf("%+v is lost: %v", e.put, err)
			continue
		}
		s, ok := rows[r.Session.ID]
		if !ok || s.No != r.Session.No || s.State != e.state || e.conflict != strings.Contains(s.Reason, session.ReasonConflict) || s.Account != r.Session.Account {
			f.t.Errorf("%+v\n has the row %+v", e, s)
			continue
		}
		f.named(s, e, named)
		if marked, err := f.archive.MarkedArchived(ctx, e.Folder(), session.ManifestName); err != nil || marked != (e.state != session.Incomplete) {
			f.t.Errorf("%+v: its manifest is marked: %v, %v", e, marked, err)
		}
		if f.t.Failed() {
			f.t.FailNow()
		}
	}
	for _, key := range f.archive.Keys() {
		if !named[key] && !strings.Contains(key, "/conflicts/") {
			f.t.Errorf("%s is left over", key)
		}
	}
	if waiting, err := f.index.Waiting(ctx, f.now); err != nil || len(waiting) > 0 {
		f.t.Errorf("%d still wait, %v", len(waiting), err)
	}
}

// named collects the keys that a session's row and commit files name, and looks whether the original is the one
// that was put.
func (f *faults) named(s session.Session, e expected, keys map[string]bool) {
	if e.state == session.Incomplete {
		return
	}
	_, rec, err := f.index.Session(context.Background(), s.ID)
	if err != nil || rec == nil {
		f.t.Errorf("%+v has no recording: %v", e, err)
		return
	}
	keys[archive.CommitKey(s.ID)], keys[archive.DerivedCommitKey(s.ID, tape.EncoderVersion)] = true, true
	for _, o := range rec.Originals {
		keys[o.Key] = true
	}
	want := 2
	if e.broken {
		want = 1
	}
	if len(rec.Originals) != want || !e.broken && rec.Originals[1].Size != int64(len(e.data)) || (rec.Play != nil) != (e.state == session.Ready) {
		f.t.Errorf("%+v has the recording %+v", e, rec)
		return
	}
	if rec.Play != nil {
		keys[rec.Play.Object.Key], keys[rec.Play.Index.Key] = true, true
		keys[rec.Play.Table.Key], keys[rec.Play.Transcript.Key] = true, true
	}
	if c, err := f.archive.ReadCommit(context.Background(), s.ID); err != nil || c.Registration.Session.No != s.No || !slices.Equal(c.Originals, rec.Originals) {
		f.t.Errorf("%+v: its commit file says %+v, %v", e, c, err)
	}
}
