package filelog

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"tapedeck/internal/recording"
)

// jsonLines are objects such as
//
//	{"time":"2026-11-23T15:36:21.107Z","op":"put","path":"/srv/a.csv","bytes":7,"sha256":"...","result":"ok"}
//
// of which time and op must be there. "to" is the new name of what is renamed, or what a link is made as. Other members
// are passed over.
type jsonLines struct {
	in    *reader
	begin time.Time
}

type record struct {
	Time   string `json:"time"`
	Op     string `json:"op"`
	Path   string `json:"path"`
	To     string `json:"to"`
	Bytes  *int64 `json:"bytes"`
	SHA256 string `json:"sha256"`
	Result string `json:"result"`
}

func (j *jsonLines) start() (time.Time, error) {
	line := j.in.first
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		if !j.in.whole {
			return j.begin, cutInFirst
		}
		return j.begin, j.in.wrong("it is no JSON object of an operation")
	}
	var err error
	j.begin, err = j.time(r.Time)
	return j.begin, err
}

func (j *jsonLines) next() (o Operation, err error) {
	line, err := j.in.next()
	if err != nil {
		return o, err
	}
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		if !j.in.whole {
			return o, recording.ErrTruncated
		}
		return o, j.in.wrong("it is no JSON object of an operation")
	}
	at, err := j.time(r.Time)
	if err != nil {
		return o, err
	}
	switch sum, err := hex.DecodeString(r.SHA256); {
	case r.Op == "":
		return o, j.in.wrong("it names no operation (op)")
	case r.Bytes != nil && *r.Bytes < 0:
		return o, j.in.wrong("bytes are less than nothing")
	case r.Bytes != nil && *r.Bytes > MaxBytes:
		return o, j.in.wrong("bytes are more than 2^53-1")
	case r.SHA256 != "" && (err != nil || len(sum) != 32):
		return o, j.in.wrong("sha256 is not 64 hexadecimal digits")
	}
	o = Operation{At: at.Sub(j.begin), Op: cut(r.Op), Path: cut(r.Path), To: cut(r.To), Bytes: r.Bytes, SHA256: strings.ToLower(r.SHA256), Result: cut(r.Result)}
	if o.Result == "" {
		o.Result = OK
	}
	return o, nil
}

func (j *jsonLines) time(s string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || at.Year() < 1970 || at.Year() > 9999 {
		return at, j.in.wrong("its time is not of the form 2026-11-23T15:36:21.107Z")
	}
	return at, nil
}
