package catalog

import (
	"fmt"
	"strings"

	"tapedeck/internal/session"
)

// detail is what the audit log keeps of a query: its range, page and conditions, in the API's words.
func detail(q session.Query) map[string]string {
	d := map[string]string{"from": session.FormatTime(q.From), "to": session.FormatTime(q.To),
		"pageSize": fmt.Sprint(q.PageSize), "firstPage": fmt.Sprint(q.PageToken == "")}
	for _, c := range q.Where {
		name := string(c.Column)
		if c.Not {
			name = "not." + name
		}
		var terms []string
		for _, t := range c.Terms {
			if t.Exact && c.Column.Searchable() {
				terms = append(terms, `"`+strings.ReplaceAll(t.Text, `"`, `""`)+`"`)
			} else {
				terms = append(terms, t.Text)
			}
		}
		d[name] = strings.Join(terms, " | ")
	}
	return d
}
