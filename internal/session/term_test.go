package session

import (
	"net/netip"
	"strings"
	"testing"
)

func TestParseTerm(t *testing.T) {
	for _, c := range []struct {
		column Column
		s      string
		text   string // "": it asks for nothing
		exact  bool
		net    string
	}{
		{"name", "Kim Minji", "Kim Minji", false, ""},
		{"name", "  Kim\t", "Kim", false, ""},
		{"name", `"Kim"`, "Kim", true, ""},
		{"name", ` "Kim" `, "Kim", true, ""},
		{"name", `" Kim "`, "Kim", true, ""},
		{"name", `"say ""hi"""`, `say "hi"`, true, ""},
		{"name", `""""`, `"`, true, ""},
		{"name", `Kim "the best"`, `Kim "the best"`, false, ""}, // quotes are for the whole term
		{"name", `a"`, `a"`, false, ""},
		{"name", "%_*?[a]", "%_*?[a]", false, ""},
		{"name", "a\x00b\x1b[m", "a\ufffdb\ufffd[m", false, ""},
		{"name", "\x00", "\ufffd", false, ""},
		{"name", "\u202e👩\u200d💻e\u0301", "\u202e👩\u200d💻e\u0301", false, ""},
		{"name", strings.Repeat("x", MaxTermBytes), strings.Repeat("x", MaxTermBytes), false, ""},
		{"name", "10.2.0.0/16", "10.2.0.0/16", false, ""},
		{Any, "2001:DB8::5", "2001:DB8::5", false, ""},

		{"name", "", "", false, ""},
		{"name", " \t\u3000\n", "", false, ""},
		{"name", `""`, "", false, ""},
		{"name", `"  "`, "", false, ""},
		{"clientIp", "", "", false, ""},
		{"serverOs", "", "", false, ""},

		{"clientIp", "192.0.2.7", "192.0.2.7", false, ""},
		{"clientIp", "192.0.2", "192.0.2", false, ""},
		{"clientIp", "::FFFF:192.0.2.7", "192.0.2.7", false, ""},
		{"clientIp", "::ffff:c000:207", "192.0.2.7", false, ""},
		{"clientIp", "2001:0DB8:0000:0000:0000:0000:0000:0005", "2001:db8::5", false, ""},
		{"clientIp", "fe80::1%eth0", "fe80::1", false, ""},
		{"clientIp", `"2001:DB8:0::5"`, "2001:db8::5", true, ""},
		{"clientIp", "2001:DB8:", "2001:DB8:", false, ""},
		{"clientIp", "192.0.2.07", "192.0.2.07", false, ""}, // no address: the 07 could be octal
		{"clientIp", "10.2.0.0/16", "10.2.0.0/16", false, "10.2.0.0/16"},
		{"clientIp", " 10.2.3.4/16 ", "10.2.0.0/16", false, "10.2.0.0/16"},
		{"clientIp", "0.0.0.0/0", "0.0.0.0/0", false, "0.0.0.0/0"},
		{"clientIp", "10.2.3.4/32", "10.2.3.4/32", false, "10.2.3.4/32"},
		{"clientIp", "2001:DB8:1::/32", "2001:db8::/32", false, "2001:db8::/32"},
		{"clientIp", "::/0", "::/0", false, "::/0"},
		{"clientIp", "::ffff:10.2.0.0/112", "10.2.0.0/16", false, "10.2.0.0/16"},
		{"clientIp", "::ffff:0:0/96", "0.0.0.0/0", false, "0.0.0.0/0"},
		{"clientIp", `"10.2.0.0/16"`, "10.2.0.0/16", true, ""},

		{"serverOs", "UBUNTU", "Ubuntu", true, ""},
		{"serverOs", "amazon linux", "Amazon Linux", true, ""},
		{"serverOs", "MACOS", "macOS", true, ""},
		{"protocol", "rdp", "RDP", true, ""},
		{"connectedFrom", "etc", "ETC", true, ""},
	} {
		term, ok, err := ParseTerm(c.column, c.s)
		if err != nil || ok != (c.text != "") || term.Text != c.text || term.Exact != c.exact {
			t.Errorf("%s %q: %+v, %v, %v", c.column, c.s, term, ok, err)
		}
		want := netip.Prefix{}
		if c.net != "" {
			want = netip.MustParsePrefix(c.net)
		}
		if term.Net != want {
			t.Errorf("%s %q: the network is %s", c.column, c.s, term.Net)
		}
	}
}

func TestATermThatIsNoneIsRefusedByTheNameOfItsColumn(t *testing.T) {
	for _, c := range []struct {
		column  Column
		s, want string
	}{
		{"name", `"`, "quotes"},
		{"name", `"Kim`, "quotes"},
		{"name", `"Kim"x`, "quotes"},
		{"name", `"Kim"x"`, "quotes"},
		{"name", `"Kim""`, "quotes"},
		{"name", `"""`, "quotes"},
		{"clientIp", `"10.2.0.0/16`, "quotes"},
		{"email", strings.Repeat("x", MaxTermBytes+1), "512 bytes"},
		{"email", strings.Repeat("x", 10_000), "512 bytes"},
		{"serverOs", strings.Repeat("x", 10_000), "512 bytes"},
		{Any, "a\xffb", "UTF-8"},
		{Any, "\xed\xa0\x80", "UTF-8"}, // half of a pair
		{"protocol", "\xff", "UTF-8"},
		{"clientIp", "10.2.0.0/33", `"10.2.0.0/33"`},
		{"clientIp", "10.2.0.0/-1", `"10.2.0.0/-1"`},
		{"clientIp", "10.2.0.0/", `"10.2.0.0/"`},
		{"clientIp", "10.2.0.0/016", `"10.2.0.0/016"`},
		{"clientIp", "/16", `"/16"`},
		{"clientIp", "10.2/16", `"10.2/16"`},
		{"clientIp", "10.2.0.0/16/8", `"10.2.0.0/16/8"`},
		{"clientIp", "fe80::1%eth0/64", "no network"},
		{"clientIp", "::ffff:0:0/95", "more than the IPv4 addresses"},
		{"clientIp", "2001:db8::/129", "no network"},
		{"serverOs", "Plan 9", `"Plan 9" is none of Ubuntu, CentOS, RHEL, Amazon Linux, Windows, macOS, ETC`},
		{"serverOs", `"Ubuntu"`, "is none of"},
		{"serverOs", "Ubunt", "is none of"},
		{"protocol", "SSH ", `"SSH " is none of SSH, SFTP, TELNET, FTP, RDP, VNC, ETC`},
		{"connectedFrom", strings.Repeat("long", 100), "…"},
	} {
		_, ok, err := ParseTerm(c.column, c.s)
		if ok || CodeOf(err) != CodeInvalid || !strings.HasPrefix(err.Error(), string(c.column)+": ") || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 200 {
			t.Errorf("%s %.30q: %v, %v, want %q", c.column, c.s, ok, err, c.want)
		}
	}
}

func FuzzATermIsParsedToWhatIsParsedToItself(f *testing.F) {
	for _, s := range []string{"", "Kim", `"Kim"`, `"a""b"`, `"`, "10.2.0.0/16", "::ffff:10.2.0.0/112", "2001:DB8::5", "fe80::1%eth0", "a\x00", "\xff", " x ", "SSH"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range []Column{"name", "clientIp", "protocol"} {
			term, ok, err := ParseTerm(c, s)
			if err != nil || !ok {
				if err != nil && CodeOf(err) != CodeInvalid {
					t.Errorf("%s %q: %v", c, s, err)
				}
				continue
			}
			written := term.Text
			if term.Exact && c.Searchable() {
				written = `"` + strings.ReplaceAll(term.Text, `"`, `""`) + `"`
			}
			again, ok, err := ParseTerm(c, written)
			if len(written) <= MaxTermBytes && (err != nil || !ok || again != term) {
				t.Errorf("%s %q is %+v, and that, %q, is %+v, %v, %v", c, s, term, written, again, ok, err)
			}
		}
	})
}
