package ingest

import (
	"context"
	"errors"

	"tapedeck/internal/session"
)

// ErrLost says that nothing can be registered, since numbers would be given twice.
var ErrLost = errors.New("ingest: the index is lost: run tapedeck reconcile --rebuild")

// takeNumbers takes numbers from the counter. Where there is none it makes one, unless sessions were archived
// already: then it was lost, and only a rebuild knows where to go on.
func (g *Ingest) takeNumbers(ctx context.Context, n int) (first int64, err error) {
	first, err = g.Registry.TakeNumbers(ctx, n)
	if !errors.Is(err, session.ErrNoNumbers) {
		return first, err
	}
	empty, err := g.Evidence.Empty(ctx)
	if err != nil {
		return 0, err
	}
	if empty {
		if err := g.Registry.StartNumbers(ctx, 0); err != nil {
			return 0, err
		}
	}
	first, err = g.Registry.TakeNumbers(ctx, n) // somebody else may have started it meanwhile
	if errors.Is(err, session.ErrNoNumbers) {
		err = ErrLost
	}
	return first, err
}
