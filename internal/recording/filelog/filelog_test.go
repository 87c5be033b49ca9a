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
		"a file that is not closed":     {at + `open "/a" flags WRITE,CREATE mode 0644`, "0.000 put /a - not closed before the log ends"},
		"a file that is closed late":    {at + `open "/a" flags READ mode 0644` + "\n" + at + `forced close "/a" bytes read 9 written 0`, "0.000 get /a 9 ok"},
		"an empty upload":               {at + `open "/a" flags WRITE mode 0` + "\n" + at + `close "/a" bytes read 0 written 0`, "0.000 put /a 0 ok"},
		"quotes and escapes":            {at + `rename old "/a"b\\c" new "/d\tq"`, "0.000 rename /a\"b\\c - ok /d\tq"},
		"a close without an open":       {at + `close "/a" bytes read 5 written 0`, "0.000 get /a 5 ok"},
		"other programs and rubbish":    {at + `mkdir name "/a"` + "\nrubbish\n2026-11-23T15:36:21Z h sshd[1]: remove name \"/b\"\n" + at + "sent status Failure", "0.000 mkdir /a - Failure"},
		"time that goes back":           {at + `mkdir name "/a"` + "\n" + strings.Replace(at, "21Z", "11Z", 1) + `mkdir name "/b"`, "0.000 mkdir /a - ok|0.000 mkdir /b - ok"},
	} {
		start, got, err := read(c.in)
		if err != nil || strings.Join(got, "|") != c.want || start.IsZero() != strings.HasPrefix(c.in, "Nov") {
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
		good + `{"time":"2026-11-23T15:36:21Z"}` + "\n":                             "filelog: line 2: it names no operation (op)",
		good + `{"time":"NaN","op":"put"}` + "\n":                                   "filelog: line 2: its time is not of the form 2026-11-23T15:36:21.107Z",
		good + `{"time":"2026-11-23T15:36:21Z","op":"put","bytes":-1}` + "\n":       "filelog: line 2: bytes are less than nothing",
		good + `{"time":"2026-11-23T15:36:21Z","op":"put","sha256":"short"}` + "\n": "filelog: line 2: sha256 is not 64 hexadecimal digits",
		good + strings.Repeat("x", recording.MaxLine+1) + "\n":                      "filelog: line 2: the line is too long",
		`{"time":"1969-11-23T15:36:21Z","op":"put"}` + "\n":                         "filelog: line 1: its time is not of the form 2026-11-23T15:36:21.107Z",
		good + `{"time":"2026-11-23T15:36:22Z","op":"get","path":1}` + "\n" + good:  "filelog: line 2: it is no JSON object of an operation",
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

func FuzzOpen(f *testing.F) {
	f.Add(`{"time":"2026-11-23T15:36:21Z","op":"put","path":"/a","bytes":7}` + "\n{")
	f.Add(`Nov 23 15:36:21 h internal-sftp[7]: open "/a\304" flags READ mode 0` + "\n" + `Nov 23 15:36:21 h internal-sftp[7]: close "/a\304" bytes read 1 written`)
	f.Fuzz(func(t *testing.T, log string) {
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
