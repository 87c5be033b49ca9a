// Package settingstest holds settings in memory for tests of use cases, and the contract that they and the real ones
// both pass.
package settingstest

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"tapedeck/internal/session"
	"tapedeck/internal/settings"
)

// Memory are settings in memory. Its zero value is not of use: give it those of the deployment.
type Memory struct {
	mu  sync.Mutex
	now session.Settings
}

// NewMemory makes settings as they were deployed.
func NewMemory(deployed session.Settings) *Memory { return &Memory{now: deployed} }

func (m *Memory) Current(context.Context) (session.Settings, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now, nil
}

func (m *Memory) Replace(_ context.Context, s session.Settings) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now.Version != s.Version-1 {
		return session.Errorf(session.CodeSettingsChanged, "the settings were changed meanwhile")
	}
	m.now = s
	return nil
}

// Deployed are the settings that the contract starts with.
var Deployed = session.Settings{RequireEncryption: true, TimeZone: "Asia/Seoul", RetentionDays: 400}

// Contract is what every store of settings does. fresh makes one that nobody has changed.
func Contract(t *testing.T, fresh func(t *testing.T) settings.Store) {
	ctx := context.Background()
	current := func(t *testing.T, s settings.Store) session.Settings {
		t.Helper()
		now, err := s.Current(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	t.Run("until somebody changes them they are those of the deployment", func(t *testing.T) {
		if now := current(t, fresh(t)); !reflect.DeepEqual(now, Deployed) {
			t.Errorf("%+v", now)
		}
	})
	t.Run("a change holds at once, with every value", func(t *testing.T) {
		s, limit := fresh(t), int64(1<<53-1)
		for i, next := range []session.Settings{
			{Version: 1, RequireEncryption: false, PlaybackLimit: &limit, TimeZone: "America/Argentina/Buenos_Aires", RetentionDays: 36500},
			{Version: 2, RequireEncryption: true, TimeZone: "UTC", RetentionDays: 1},
		} {
			if err := s.Replace(ctx, next); err != nil {
				t.Fatal(i, err)
			}
			if now := current(t, s); !reflect.DeepEqual(now, next) {
				t.Errorf("want %+v, got %+v", next, now)
			}
		}
	})
	t.Run("only who knows the last version changes them", func(t *testing.T) {
		s, first := fresh(t), Deployed
		first.Version, first.RetentionDays = 1, 10
		if err := s.Replace(ctx, first); err != nil {
			t.Fatal(err)
		}
		for _, version := range []int64{0, 1, 3} {
			other := first
			other.Version, other.RetentionDays = version, 20
			if err := s.Replace(ctx, other); session.CodeOf(err) != session.CodeSettingsChanged {
				t.Errorf("version %d: %v", version, err)
			}
		}
		if now := current(t, s); !reflect.DeepEqual(now, first) {
			t.Errorf("%+v", now)
		}
	})
	t.Run("of many changes at once one holds", func(t *testing.T) {
		s := fresh(t)
		held := make([]bool, 8)
		var all sync.WaitGroup
		for i := range held {
			all.Go(func() {
				next := Deployed
				next.Version, next.RetentionDays = 1, i+1
				err := s.Replace(ctx, next)
				if held[i] = err == nil; err != nil && session.CodeOf(err) != session.CodeSettingsChanged {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if now := current(t, s); fmt.Sprint(held) != fmt.Sprint(only(len(held), now.RetentionDays-1)) {
			t.Errorf("held %v, and it is %+v", held, now)
		}
	})
}

func only(n, i int) []bool {
	list := make([]bool, n)
	list[i] = true
	return list
}
