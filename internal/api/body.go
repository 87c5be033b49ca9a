package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"tapedeck/internal/session"
)

// Bodies are read strictly. A misspelt member must not be the same as none: an export without a passphrase is not
// encrypted, and settings without a limit have none.

func (b *ExportRequest) UnmarshalJSON(data []byte) error {
	type plain ExportRequest
	return strictly(data, (*plain)(b))
}

func (b *RangesRequest) UnmarshalJSON(data []byte) error {
	type plain RangesRequest
	return strictly(data, (*plain)(b))
}

func (b *KeysRequest) UnmarshalJSON(data []byte) error {
	type plain KeysRequest
	return strictly(data, (*plain)(b))
}

func (b *Settings) UnmarshalJSON(data []byte) error {
	type plain Settings
	return strictly(data, (*plain)(b))
}

// strictly reads an object whose members are those of *to, each at most once, by their exact names. Members without
// omitempty must be there; only pointers among these may be null. An error has CodeInvalid and names the member.
func strictly(data []byte, to any) error {
	t := reflect.TypeOf(to).Elem()
	given := map[string]bool{}
	in := json.NewDecoder(bytes.NewReader(data))
	if open, err := in.Token(); err != nil || open != json.Delim('{') {
		return session.Errorf(session.CodeInvalid, "the body is not a JSON object")
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return err
		}
		member := name.(string) // Token gives nothing else here
		nullable, known := memberOf(t, member)
		switch {
		case !known:
			return session.Errorf(session.CodeInvalid, "there is no member %q", session.Cut(member, 60))
		case given[member]:
			return session.Errorf(session.CodeInvalid, "the member %q is there twice", member)
		case string(value) == "null" && !nullable:
			return session.Errorf(session.CodeInvalid, "the member %q may not be null", member)
		}
		given[member] = true
	}
	for i := range t.NumField() {
		if name, optional := tagOf(t.Field(i)); !optional && !given[name] {
			return session.Errorf(session.CodeInvalid, "the member %q is missing", name)
		}
	}
	return json.Unmarshal(data, to)
}

func memberOf(t reflect.Type, name string) (nullable, known bool) {
	for i := range t.NumField() {
		if tag, optional := tagOf(t.Field(i)); tag == name {
			return !optional && t.Field(i).Type.Kind() == reflect.Pointer, true
		}
	}
	return false, false
}

// tagOf is how a field is called in JSON, and whether it may be absent.
func tagOf(f reflect.StructField) (name string, optional bool) {
	name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name, strings.Contains(rest, "omitempty")
}
