package filelog

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tapedeck/internal/recording"
)

// read gives the operations as lines, and how the log ended.
func read(log string) (start time.Time, operations []string, err error) {
	l, err := Open(iotest.HalfReader(strings.NewReader(log)))
	if err != nil {
		return start, nil, err
	}
	for o, err := range l.Operations {
		if err != nil {
			return l.Start, operations, err
		}
		bytes := "-"
		if o.Bytes != nil {
			bytes = fmt.Sprint(*o.Bytes)
		}
		operations = append(operations, strings.TrimSpace(fmt.Sprintf("%.3f %s %s %s %s %s %s", o.At.Seconds(), o.Op, o.Path, bytes, o.Result, o.To, o.SHA256)))
	}
	return l.Start, operations, nil
}

func TestWhatOpenSSHLogsIsReadAsWhatWasMoved(t *testing.T) {
	data, err := os.ReadFile("../../../testdata/recordings/sftp/sshd-internal-sftp.log")
	if err != nil {
		t.Fatal(err)
	}
	start, all, err := read(string(data))
	if err != nil || start.UTC().Format(time.RFC3339Nano) != "2026-11-23T15:36:21.097781Z" {
		t.Fatal(start, err)
	}
	var moved []string
	for _, o := range all {
		if !strings.Contains(o, " stat ") && !strings.Contains(o, " list ") {
			moved = append(moved, o)
		}
	}
	want := strings.Split(strings.TrimSpace(`
0.009 mkdir /home/alice/wgrane - ok
0.009 put /home/alice/wgrane/cennik.csv 7 ok
0.010 mkdir /home/alice/wgrane/raporty - ok
0.011 put /home/alice/wgrane/raporty/raport 3 ąę.bin 120000 ok
0.012 put /home/alice/wgrane/raporty/raport 2 ąę.bin 80000 ok
0.012 put /home/alice/wgrane/raporty/raport 1 ąę.bin 40000 ok
0.013 chmod /home/alice/wgrane/raporty - ok
0.013 rename /home/alice/wgrane/cennik.csv - ok /home/alice/wgrane/cennik 2026.csv
0.014 get /home/alice/notes.txt 172 ok
0.014 get /home/alice/app/calc.py 635 ok
0.014 chmod /home/alice/wgrane/cennik 2026.csv - ok
0.014 symlink /home/alice/link.txt - ok notes.txt
0.015 remove /home/alice/link.txt - ok
0.015 get /etc/shadow - Permission denied
0.015 remove /etc/passwd - Permission denied
0.015 mkdir /srv/x - Permission denied
0.016 statvfs /home/alice - ok`), "\n")
	if strings.Join(moved, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(moved, "\n"))
	}
	if len(all) != len(want)+16 {
		t.Errorf("%d operations in all:\n%s", len(all), strings.Join(all, "\n"))
	}
}

func TestLinesOfOpenSSH(t *testing.T) {
	const at = "2026-11-23T15:36:21Z h sftp-server[1]: "
	for name, c := range map[string]struct{ in, want string }{
		"syslog's old form has no year": {`Nov 23 15:36:21 h internal-sftp[7]: mkdir name "/a" mode 0777` + "\n" + `Nov 23 15:36:23 h internal-sftp[7]: rmdir name "/a"`, "0.000 mkdir /a - ok|2.000 rmdir /a - ok"},
		"a night without a year":        {`Dec 31 23:59:59 h internal-sftp[7]: mkdir name "/a" mode 0777` + "\n" + `Jan  1 00:00:01 h internal-sftp[7]: rmdir name "/a"`, "0.000 mkdir /a - ok|2.000 rmdir /a - ok"},
		"a file that is not closed":     {at + `open "/a" flags WRITE,CREATE mode 0644`, "0.000 put /a - not closed before the log ends"},
		"a file that is closed late":    {at + `open "/a" flags READ mode 0644` + "\n" + at + `forced close "/a" bytes read 9 written 0`, "0.000 get /a 9 ok"},
		"an empty upload":               {at + `open "/a" flags WRITE mode 0` + "\n" + at + `close "/a" bytes read 0 written 0`, "0.000 put /a 0 ok"},
		"quotes and escapes":            {at + `rename old "/a"b\\c" new "/d\tq"`, "0.000 rename /a\"b\\c - ok /d\tq"},
		"a close without an open":       {at + `close "/a" bytes read 5 written 0`, "0.000 get /a 5 ok"},
		"other programs and rubbish":    {at + `mkdir name "/a"` + "\nrubbish\n2026-11-23T15:36:21Z h sshd[1]: remove name \"/b\"\n" + at + "sent status Failure", "0.000 mkdir /a - Failure"},
		"time that goes back":           {at + `mkdir name "/a"` + "\n" + strings.Replace(at, "21Z", "11Z", 1) + `mkdir name "/b"`, "0.000 mkdir /a - ok|0.000 mkdir /b - ok"},
	} {
		start, got, err := read(c.in + "\n")
		if err != nil || strings.Join(got, "|") != c.want || start.IsZero() != !strings.HasPrefix(c.in, "2026") {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func TestLinesOfJSON(t *testing.T) {
	sum := strings.Repeat("AB", 32)
	_, got, err := read(`{"time":"2026-11-23T15:36:21.5Z","op":"put","path":"/a","bytes":7,"sha256":"` + sum + `","result":"ok","user":"x"}

{"time":"2026-11-23T16:36:22+01:00","op":"rename","path":"/a","to":"/b"}
{"time":"2026-11-23T15:36:23Z","op":"get","path":"/c","result":"denied"}
`)
	want := "0.000 put /a 7 ok  " + strings.ToLower(sum) + "|0.500 rename /a - ok /b|1.500 get /c - denied"
	if err != nil || strings.Join(got, "|") != want {
		t.Errorf("%q %v", got, err)
	}
}

func TestWhatCannotBeReadSaysWhere(t *testing.T) {
	const good = `{"time":"2026-11-23T15:36:21Z","op":"put"}` + "\n"
	for in, want := range map[string]string{
		"":                  "filelog: the log is empty",
		"\n \n":             "filelog: the log is empty",
		"hello":             "filelog: line 1: it is neither a JSON object nor a line of syslog",
		`{"time":"x","op":`: "filelog: the log is cut off in its first line",
		"{]\n":              "filelog: line 1: it is no JSON object of an operation",
		good + "{]\n":       "filelog: line 2: it is no JSON object of an operation",
		good + `{"time":"2026-11-23T15:36:21Z"}` + "\n":                                     "filelog: line 2: it names no operation (op)",
		good + `{"time":"NaN","op":"put"}` + "\n":                                           "filelog: line 2: its time is not of the form 2026-11-23T15:36:21.107Z",
		good + `{"time":"2026-11-23T15:36:21Z","op":"put","bytes":-1}` + "\n":               "filelog: line 2: bytes are less than nothing",
		good + `{"time":"2026-11-23T15:36:21Z","op":"put","bytes":9007199254740992}` + "\n": "filelog: line 2: bytes are more than 2^53-1",
		good + `{"time":"2027-11-25T15:36:21Z","op":"put"}` + "\n":                          "filelog: line 2: it is more than 366 days after the first",
		good + `{"time":"2026-11-23T15:36:21Z","op":"put","sha256":"short"}` + "\n":         "filelog: line 2: sha256 is not 64 hexadecimal digits",
		good + strings.Repeat("x", recording.MaxLine+1) + "\n":                              "filelog: line 2: the line is too long",
		`{"time":"1969-11-23T15:36:21Z","op":"put"}` + "\n":                                 "filelog: line 1: its time is not of the form 2026-11-23T15:36:21.107Z",
		good + `{"time":"2026-11-23T15:36:22Z","op":"get","path":1}` + "\n" + good:          "filelog: line 2: it is no JSON object of an operation",
	} {
		_, _, err := read(in)
		if err == nil || err.Error() != want {
			t.Errorf("%.40q: %v", in, err)
		}
	}
	if _, got, err := read(good + `{"time":"2026-1`); !errors.Is(err, recording.ErrTruncated) || len(got) != 1 {
		t.Errorf("a log that is cut off: %q %v", got, err)
	}
}

// What cannot have been cut is told from what can: half a number is a number, too.
func TestALogOfOpenSSHThatIsCutOffLosesNoOperationAndInventsNone(t *testing.T) {
	const at = "2026-11-23T15:36:21Z h sftp-server[1]: "
	begun := at + `open "/a" flags WRITE mode 0644` + "\n" + at + `open "/b" flags READ mode 0644` + "\n" + at + `remove name "/c"` + "\n"
	const unclosed = "0.000 put /a - not closed before the log ends"
	for cut, want := range map[string]string{
		at + `close "/a" bytes read 0 written 8`:             "0.000 get /b - not closed before the log ends",
		at + `sent status Permission den`:                    "0.000 get /b - not closed before the log ends",
		"2026-11-23T15:36:2":                                 "0.000 get /b - not closed before the log ends",
		at + `close "/b" bytes read 9 written 0` + "\n" + at: "",
	} {
		_, got, err := read(begun + cut)
		if !errors.Is(err, recording.ErrTruncated) || !strings.Contains(strings.Join(got, "|")+"|", unclosed+"|"+want) || len(got) != 3 {
			t.Errorf("%q: %q, %v", cut, got, err)
		}
	}
	_, got, err := read(begun + at)
	if want := "0.000 remove /c - the log was cut off before its result"; got[0] != want || err == nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTimesThatGoBackAreCounted(t *testing.T) {
	line := func(second int) string {
		return fmt.Sprintf(`{"time":"2026-11-23T15:36:%02dZ","op":"put"}`, second) + "\n"
	}
	l, err := Open(strings.NewReader(line(1) + line(5) + line(3) + line(4) + line(5) + line(6)))
	if err != nil {
		t.Fatal(err)
	}
	var at []float64
	for o, err := range l.Operations {
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, o.At.Seconds())
	}
	if fmt.Sprint(at) != "[0 4 4 4 4 5]" || l.TimesBack != 2 {
		t.Errorf("%v, %d times back", at, l.TimesBack)
	}
}

func TestWhatLogsLookLike(t *testing.T) {
	for head, want := range map[string]bool{
		`{"time":"2026-11-23T15:36:21.107Z","op":"put"`:                       true,
		`{ "user":{"time":1,"op":[{"a":2}]},"op":"get"`:                       true,
		"\n{\"bytes\":7,\"time\"":                                             true,
		`{"user":{"time":1,"op":2},"path":"/a very long path`:                 false,
		`{"version":2,"width":80,"height":24,"time":1`:                        false,
		`{"env":{"op":"time"},"version":2`:                                    false,
		`{"title":"time","command":"op"`:                                      false,
		`["time","op"]`:                                                       false,
		"2026-11-23T15:36:21.097781+00:00 web-01 sshd[7904]: Starting ses":    true,
		"Nov 23 15:36:21 web-01 internal-sftp[7]: mkdir":                      true,
		"2026-11-23T15:36:21.097781+00:00 a-server-with-a-long-name internal": true,
		"2026-11-23T15:36:21.097781+00:00 a-server-with-a-long-name postgres": false,
		"2026-11-23T15:36:21Z web-01 postgres[7]: database system is ready":   false,
		"Nov 23 15:36:21 2026: the build has begun":                           false,
		"2026-11-23 15:36:21 internal-sftp[7]: no time that syslog writes":    false,
		"2026-11-23T15:36:21Z\nsftp-server[1]: of another line":               false,
		"": false,
	} {
		if Looks([]byte(head)) != want {
			t.Errorf("%q: %t", head, !want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(`{"time":"2026-11-23T15:36:21Z","op":"put","path":"/a","bytes":7}` + "\n{")
	f.Add(`Nov 23 15:36:21 h internal-sftp[7]: open "/a\304" flags READ mode 0` + "\n" + `Nov 23 15:36:21 h internal-sftp[7]: close "/a\304" bytes read 1 written`)
	f.Fuzz(func(t *testing.T, log string) {
		Looks([]byte(log))
		l, err := Open(strings.NewReader(log))
		if err != nil {
			return
		}
		var last time.Duration
		n := 0
		for o, err := range l.Operations {
			if err != nil {
				break
			}
			if o.At < last || len(o.Path) > maxText+3+2*len(log) || o.Op == "" || o.Result == "" {
				t.Fatalf("%+v after %v", o, last)
			}
			last = o.At
			n++
		}
		if n > strings.Count(log, "\n")+1 {
			t.Errorf("%d operations in %d lines", n, strings.Count(log, "\n")+1)
		}
	})
}
