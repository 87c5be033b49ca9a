package main

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// operations is the part of make bench-operations that asks a running stack.
func operations(ctx context.Context) error {
	fmt.Printf("Made by `make bench-operations` on %s: %s, %d processors, %s; load average before it began %s.\n",
		time.Now().UTC().Format(time.DateOnly), processor(), runtime.NumCPU(), runtime.Version(), load())
	for _, part := range []func(context.Context) error{starts, crowded} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}
