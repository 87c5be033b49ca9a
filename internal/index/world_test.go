package index

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tapedeck/internal/session"
)

// noon is when the worlds of these tests are.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// shape says what a random world looks like.
type shape struct {
	rows int
	days int // over which they are spread
}

// people and servers of random worlds; each world takes some hundreds of combinations of them.
var (
	syllables = []string{"ki", "min", "sa", "to", "ren", "lee", "an", "der", "park", "o", "müll", "łu", "김", "민지", "佐藤", "ﬁ", "é", "👩‍💻", "ß"}
	clients   = []string{"SSH-2.0-OpenSSH_9.6", "SSH-2.0-OpenSSH_8.9p1", "SSH-2.0-PuTTY_Release_0.80", "Chrome 142", "TigerVNC 1.15", "mstsc 10.0", ""}
)

func word(r *rand.Rand, n int) string {
	var b strings.Builder
	for range 1 + r.IntN(n) {
		b.WriteString(syllables[r.IntN(len(syllables))])
	}
	return b.String()
}

// zipf picks one of n, the first ones far more often.
func zipf(r *rand.Rand, n int) int {
	return min(n-1, int(float64(n)*r.Float64()*r.Float64()*r.Float64()))
}

// randomRows makes sessions: names and servers of which few are common, a hot account that half of them have,
// addresses that nearly all differ, and starts that fall on the same millisecond now and then.
func randomRows(r *rand.Rand, sh shape) []session.Session {
	var names, servers []string
	for range 10 + sh.rows/20 {
		names = append(names, word(r, 3))
		servers = append(servers, fmt.Sprintf("%s-%02d", word(r, 1), r.IntN(40)))
	}
	rows := make([]session.Session, sh.rows)
	at := noon.AddDate(0, 0, -sh.days)
	for i := range rows {
		if r.IntN(8) > 0 {
			at = at.Add(time.Duration(r.Int64N(int64(2*time.Hour*24*time.Duration(sh.days))/int64(sh.rows) + 1))).Truncate(time.Millisecond)
		}
		server := zipf(r, len(servers))
		person := zipf(r, len(names))
		account := "root"
		if r.IntN(2) == 0 {
			account = word(r, 1)
		}
		s := session.Session{ID: session.NewID(at, "gw", fmt.Sprint(i, r.Uint64())), No: int64(i + 1), ActionAt: at, Name: names[person],
			Email: fmt.Sprintf("%s@example.test", names[person]), Role: "SRE", Account: account, ServerName: servers[server],
			Host: fmt.Sprintf("10.%d.%d.%d", server%4, server%250, r.IntN(3)), ClientIP: fmt.Sprintf("10.%d.%d.%d", r.IntN(4), r.IntN(250), r.IntN(250)),
			ClientName: clients[zipf(r, len(clients))], State: session.Ready, SessionRecord: account + "_20261123_060405"}
		s.ServerOS, s.Protocol, s.ConnectedFrom = nth(session.ServerOS, zipf(r, 8)), nth(session.Protocol, server%8), nth(session.ConnectedFrom, zipf(r, 4))
		if r.IntN(20) == 0 {
			s.ClientIP = fmt.Sprintf("2001:db8:%x::%x", r.IntN(4), 1+r.IntN(60000))
		}
		if r.IntN(50) == 0 {
			s = session.Session{ID: s.ID, No: s.No, ActionAt: at, State: session.Unreadable} // nothing is known of it
		}
		rows[i] = s
	}
	return rows
}

// randomQuery asks for something that a world has, or has not, in every way there is.
func randomQuery(r *rand.Rand, rows []session.Session) session.Query {
	q := session.Query{From: noon.AddDate(-1, 0, 0), To: noon.AddDate(1, 0, 0)}
	if r.IntN(2) == 0 {
		a, b := rows[r.IntN(len(rows))].ActionAt, rows[r.IntN(len(rows))].ActionAt
		if a.After(b) {
			a, b = b, a
		}
		q.From, q.To = a, b.Add(time.Duration(r.IntN(2))*time.Millisecond)
	}
	for range r.IntN(4) {
		q.Where = append(q.Where, randomCondition(r, &rows[r.IntN(len(rows))], rows))
	}
	return q
}

func randomCondition(r *rand.Rand, s *session.Session, rows []session.Session) session.Condition {
	c := session.Condition{Not: r.IntN(5) == 0}
	switch r.IntN(6) {
	case 0, 1:
		c.Column = []session.Column{"serverOs", "protocol", "connectedFrom"}[r.IntN(3)]
		list := session.Filters[c.Column]
		for range 1 + r.IntN(3) {
			c.Terms = append(c.Terms, session.Term{Text: list[r.IntN(len(list))], Exact: true})
		}
		return c
	case 2:
		c.Column = session.Any
	default:
		c.Column = session.SearchFields[r.IntN(len(session.SearchFields))]
	}
	for range 1 + r.IntN(2) {
		column := c.Column
		if column == session.Any {
			column = session.SearchFields[r.IntN(len(session.SearchFields))]
		}
		if t, ok := randomTerm(r, c.Column, s.Value(column)); ok {
			c.Terms = append(c.Terms, t)
		}
		s = &rows[r.IntN(len(rows))]
	}
	if len(c.Terms) == 0 {
		c.Terms = []session.Term{{Text: "nobody has this"}}
	}
	return c
}

// randomTerm is a term that finds the value, as a person would type it.
func randomTerm(r *rand.Rand, c session.Column, value string) (session.Term, bool) {
	text := value
	switch letters := []rune(value); {
	case len(letters) == 0:
		return session.Term{}, false
	case c == "clientIp" && r.IntN(3) == 0:
		text = fmt.Sprintf("%s/%d", value, 8+r.IntN(25))
	case r.IntN(4) == 0:
		text = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
	default:
		from := r.IntN(len(letters))
		text = strings.ToUpper(string(letters[from:min(len(letters), from+1+r.IntN(6))]))
	}
	t, ok, err := session.ParseTerm(c, text)
	if err != nil {
		panic(err)
	}
	return t, ok
}
