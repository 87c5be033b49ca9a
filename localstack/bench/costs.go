package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapedeck/localstack/bench/cost"
	"tapedeck/localstack/issuer"
)

// column is something that costs money.
type column struct {
	what string
	used cost.Usage
}

// costing is make bench-cost: what AWS is asked for, counted, and priced.
func costing(ctx context.Context) error {
	m, err := newMetered(ctx)
	if err != nil {
		return err
	}
	a, err := m.serveAPI()
	if err != nil {
		return err
	}
	defer a.server.Close()
	arriving, kept, watching, notes, err := a.recordings(ctx)
	if err != nil {
		return err
	}
	idle, err := m.idle(ctx)
	if err != nil {
		return err
	}
	asking, err := a.people(ctx)
	if err != nil {
		return err
	}
	standing := []column{{"a month in which nobody does anything", idle}, {"a month of metrics, where somebody does something at all hours", m.metricsInUse()}}
	fmt.Printf("Made by `make bench-cost` on %s; AWS's list prices for %s of %s, in US dollars.\n\n", time.Now().UTC().Format(time.DateOnly), cost.Region, cost.PricesOf)
	summary(slices.Concat(arriving, kept, asking, watching, standing))
	table("Recordings on their way in, and kept", slices.Concat(arriving, kept))
	table("People", slices.Concat(asking, watching))
	fmt.Println("\n" + strings.Join(notes, "\n"))
	table("By the month", standing)
	return nil
}

// recordings archives sessions of each kind, and has them watched.
func (a *meteredAPI) recordings(ctx context.Context) (arriving, kept, watching []column, notes []string, err error) {
	token, err := issuer.SignIn(ctx, a.url, "auditor")
	if err != nil {
		return nil, nil, nil, nil, err
	}
	for _, kind := range []func(context.Context) (*archivedCost, error){a.archiveTerminals, a.archiveDesktops, a.archiveLarge} {
		k, err := kind(ctx)
		if err != nil {
			return nil, nil, nil, nil, err
		}
		arriving = append(arriving, column{"1,000 sessions archived: " + k.what, k.used.Times(1000)})
		kept = append(kept, column{"1,000 sessions kept for a month: " + k.what, k.kept.Times(1000)})
		v, err := a.hour(ctx, token.Access, k.ids)
		if err != nil {
			return nil, nil, nil, nil, err
		}
		watching = append(watching, column{"an hour of replay: " + k.what, v.used})
		notes = append(notes, v.note(k))
	}
	return arriving, kept, watching, notes, nil
}

// note says what an hour of replay was.
func (v *viewed) note(k *archivedCost) string {
	all := 0
	var routes []string
	for _, route := range slices.Sorted(maps.Keys(v.requests)) {
		all += v.requests[route]
		routes = append(routes, fmt.Sprintf("%d `%s`", v.requests[route], route))
	}
	return fmt.Sprintf("- An hour of replay, %s: %d opened (of %.2f MB each as they are kept), %d requests of the API (%s), %d of the storage for %.1f MB.",
		k.what, v.Sessions, float64(k.objects)/1e6, all, strings.Join(routes, ", "), v.Requests, float64(v.Bytes)/1e6)
}

// people is what they ask for beside replay.
func (a *meteredAPI) people(ctx context.Context) ([]column, error) {
	viewer, err := issuer.SignIn(ctx, a.url, "auditor")
	if err != nil {
		return nil, err
	}
	exporter, err := issuer.SignIn(ctx, a.url, "exporter")
	if err != nil {
		return nil, err
	}
	a.take()
	pages, err := a.listing(ctx, viewer.Access, pagesOfTheList)
	if err != nil {
		return nil, err
	}
	found, err := a.listing(ctx, viewer.Access, searches)
	if err != nil {
		return nil, err
	}
	open, err := a.openList(ctx, viewer.Access)
	if err != nil {
		return nil, err
	}
	left, err := a.exporting(ctx, exporter.Access)
	if err != nil {
		return nil, err
	}
	return []column{{"1,000 pages of the list", pages.Times(1000)}, {"1,000 searches", found.Times(1000)}, {"an hour of a list that is open", open},
		{fmt.Sprintf("an export of %d MB", costedMB), left}}, nil
}

// summary is a row for each, with what most of it goes to.
func summary(all []column) {
	fmt.Print("| what | dollars | most of it for |\n|---|---|---|\n")
	for _, c := range all {
		lines, total := cost.Bill(c.used)
		slices.SortFunc(lines, func(a, b cost.Line) int { return int(1e9 * (b.Cost - a.Cost)) })
		var most []string
		for _, l := range lines[:min(3, len(lines))] {
			most = append(most, fmt.Sprintf("%s %.0f %%", l.Unit, 100*l.Cost/total))
		}
		fmt.Printf("| %s | %s | %s |\n", c.what, dollars(total), strings.Join(most, ", "))
	}
}

// table is how much of each unit was used.
func table(title string, columns []column) {
	fmt.Printf("\n### %s\n\n| unit | dollars |", title)
	for _, c := range columns {
		fmt.Printf(" %s |", c.what)
	}
	fmt.Print("\n|---|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, p := range cost.Prices {
		if !slices.ContainsFunc(columns, func(c column) bool { return c.used[p.Unit] != 0 }) {
			continue
		}
		fmt.Printf("| %s | %s |", p.Unit, priced(p))
		for _, c := range columns {
			fmt.Printf(" %s |", amount(c.used[p.Unit]))
		}
		fmt.Println()
	}
	fmt.Print("| **dollars** | |")
	for _, c := range columns {
		_, total := cost.Bill(c.used)
		fmt.Printf(" **%s** |", dollars(total))
	}
	fmt.Println()
}

func priced(p cost.Price) string {
	switch p.Per {
	case 1:
		return strconv.FormatFloat(p.Dollars, 'f', -1, 64)
	case 1e3:
		return fmt.Sprintf("%v for 1,000", p.Dollars)
	case 1e4:
		return fmt.Sprintf("%v for 10,000", p.Dollars)
	}
	return fmt.Sprintf("%v for a million", p.Dollars)
}

func dollars(d float64) string {
	if d < 0.1 {
		return strconv.FormatFloat(d, 'f', 4, 64)
	}
	return strconv.FormatFloat(d, 'f', 2, 64)
}

// amount writes a number with three digits that mean something, and none where it is nothing.
func amount(n float64) string {
	switch {
	case n == 0:
		return ""
	case n >= 1000:
		return thousands(int64(n + 0.5))
	}
	return strconv.FormatFloat(n, 'g', 3, 64)
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
