package index

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tapedeck/internal/session"
)

// company makes the sessions of a company over 400 days: people and servers of which few do most of the work, who
// come and go; most people work from a few addresses of their own.
type company struct {
	people, servers, addresses int
	r                          *rand.Rand
	server                     []session.Session // what is fixed with a server
	person                     []session.Session // and with a person
	address                    []string
}

const companyDays = 400

var (
	firstNames = strings.Fields("Alice Bruno Chiara David Erin Farid Grace Hana Ivan Jisoo Kaito Lena Minji Nadia Olivia Pablo Rosa Seojun Tomás Yuna 민지 서준 陽菜 蓮")
	lastNames  = strings.Fields("Kim Lee Park Choi Smith Johnson Garcia Rossi Silva Tanaka Sato Müller Novák Nguyen Singh Kumar Ali Cohen 김 이 佐藤 鈴木")
	accounts   = strings.Fields("root ubuntu ec2-user administrator admin deploy postgres oracle jenkins ansible dba svc-backup svc-monitor centos rocky git nginx readonly breakglass sapadm airflow")
	programs   = []string{"SSH-2.0-OpenSSH_9.6", "SSH-2.0-PuTTY_Release_0.81", "Chrome 142", "mstsc 10.0", "iTerm2", "WinSCP-6.3", "TigerVNC 1.15", "Termius"}
)

func newCompany(seed uint64, sessions int) *company {
	c := &company{people: max(60, sessions/200), servers: max(80, sessions/150), addresses: max(200, sessions/20), r: rand.New(rand.NewPCG(seed, 1))}
	pick := func(list []string) string { return list[c.r.IntN(len(list))] }
	for i := range c.people {
		first, last := pick(firstNames), pick(lastNames)
		c.person = append(c.person, session.Session{Name: first + " " + last, Email: strings.ToLower(fmt.Sprintf("%s.%s%d@example.test", first, last, i)), Role: "SRE"})
	}
	for i := range c.servers {
		s := session.Session{ServerName: fmt.Sprintf("%s-%s-%04d", pick(strings.Fields("prod stage dev lab")), pick(strings.Fields("web api db cache batch bastion k8s mq")), i),
			Host: fmt.Sprintf("10.%d.%d.%d", c.r.IntN(40), c.r.IntN(256), 1+c.r.IntN(254)), ServerOS: "Ubuntu", Protocol: "SSH"}
		switch x := c.r.IntN(100); {
		case x < 25:
			s.ServerOS, s.Protocol = "Windows", "RDP"
		case x < 40:
			s.ServerOS = "RHEL"
		case x < 50:
			s.ServerOS = "Amazon Linux"
		case x < 53:
			s.ServerOS, s.Protocol = "macOS", "VNC"
		case x < 56:
			s.ServerOS = session.ETC
		}
		c.server = append(c.server, s)
	}
	for range c.addresses {
		c.address = append(c.address, fmt.Sprintf("%d.%d.%d.%d", []int{10, 172, 192, 203}[c.r.IntN(4)], c.r.IntN(256), c.r.IntN(256), 1+c.r.IntN(254)))
	}
	return c
}

// session is the i-th of n, by arrival.
func (c *company) session(i, n int) session.Session {
	at := noon.Add(-companyDays * 24 * time.Hour).Add(time.Duration(float64(i) / float64(n) * companyDays * float64(24*time.Hour))).Truncate(time.Millisecond)
	day := i * companyDays / n
	person := (zipf(c.r, c.people) + day*c.people/companyDays/3) % c.people
	server := (zipf(c.r, c.servers) + day*c.servers/companyDays/2) % c.servers
	s := c.server[server]
	s.Name, s.Email, s.Role = c.person[person].Name, c.person[person].Email, c.person[person].Role
	s.ID, s.No, s.ActionAt, s.State = session.NewID(at, "gw", fmt.Sprint(i)), int64(i+1), at, session.Ready
	s.Account = accounts[zipf(c.r, len(accounts))]
	s.ClientIP = c.address[(person*c.addresses/c.people+c.r.IntN(1+c.addresses/c.people))%c.addresses]
	s.ClientName, s.ConnectedFrom = programs[zipf(c.r, len(programs))], "Proxy"
	if c.r.IntN(3) == 0 {
		s.ClientName, s.ConnectedFrom = "Chrome 142", "Web"
	}
	port, ms, size := 22, int64(60_000+c.r.IntN(4_000_000)), int64(10_000+c.r.IntN(9_000_000))
	if c.r.IntN(6) == 0 && s.Protocol == "SSH" {
		s.Protocol = "SFTP"
	}
	s.Port, s.DurationMs, s.SizeBytes = &port, &ms, &size
	s.SessionRecord = session.RecordName(s.Account, at, time.UTC)
	return s
}

func (c *company) sessions(n int) []session.Session {
	rows := make([]session.Session, n)
	for i := range rows {
		rows[i] = c.session(i, n)
	}
	return rows
}
