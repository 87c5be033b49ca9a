package index

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

type item = map[string]types.AttributeValue

// marshal and marshalMap name attributes by the dynamodbav tag, or else by the json tag.
func marshal(v any) (types.AttributeValue, error) {
	return attributevalue.MarshalWithOptions(v, func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
}

func marshalMap(v any) (item, error) {
	return attributevalue.MarshalMapWithOptions(v, func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
}

func unmarshal(v types.AttributeValue, out any) error {
	return attributevalue.UnmarshalWithOptions(v, out, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
}

func unmarshalMap(it item, out any) error {
	return attributevalue.UnmarshalMapWithOptions(it, out, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
}

// rowItem is the projected attribute `row`: everything that the list shows, in short names, since each of
// the nine indexes holds it. The start is not in it: the id carries it.
type rowItem struct {
	No               int64  `dynamodbav:"no"`
	Name             string `dynamodbav:"n,omitempty"`
	Email            string `dynamodbav:"e,omitempty"`
	Role             string `dynamodbav:"r,omitempty"`
	Account          string `dynamodbav:"a,omitempty"`
	ServerName       string `dynamodbav:"s,omitempty"`
	ServerOS         string `dynamodbav:"o,omitempty"`
	ServerOSRaw      string `dynamodbav:"ox,omitempty"`
	Host             string `dynamodbav:"h,omitempty"`
	Port             *int   `dynamodbav:"pt,omitempty"`
	Protocol         string `dynamodbav:"p,omitempty"`
	ProtocolRaw      string `dynamodbav:"px,omitempty"`
	ClientIP         string `dynamodbav:"i,omitempty"`
	ClientName       string `dynamodbav:"c,omitempty"`
	ConnectedFrom    string `dynamodbav:"f,omitempty"`
	ConnectedFromRaw string `dynamodbav:"fx,omitempty"`
	State            string `dynamodbav:"st,omitempty"`
	Reason           string `dynamodbav:"rs,omitempty"`
	DurationMs       *int64 `dynamodbav:"d,omitempty"`
	SizeBytes        *int64 `dynamodbav:"z,omitempty"`
	SessionRecord    string `dynamodbav:"sr,omitempty"`
	Encoder          int    `dynamodbav:"en,omitempty"`
}

func newRowItem(s *session.Session) rowItem {
	return rowItem{
		No: s.No, Name: s.Name, Email: s.Email, Role: s.Role, Account: s.Account, ServerName: s.ServerName,
		ServerOS: s.ServerOS, ServerOSRaw: s.ServerOSRaw, Host: s.Host, Port: s.Port, Protocol: s.Protocol,
		ProtocolRaw: s.ProtocolRaw, ClientIP: s.ClientIP, ClientName: s.ClientName, ConnectedFrom: s.ConnectedFrom,
		ConnectedFromRaw: s.ConnectedFromRaw, State: string(s.State), Reason: s.Reason, DurationMs: s.DurationMs,
		SizeBytes: s.SizeBytes, SessionRecord: s.SessionRecord, Encoder: s.Encoder,
	}
}

func (r *rowItem) session(id string) session.Session {
	return session.Session{
		ID: id, No: r.No, ActionAt: session.IDTime(id), Name: r.Name, Email: r.Email, Role: r.Role, Account: r.Account,
		ServerName: r.ServerName, ServerOS: r.ServerOS, ServerOSRaw: r.ServerOSRaw, Host: r.Host, Port: r.Port,
		Protocol: r.Protocol, ProtocolRaw: r.ProtocolRaw, ClientIP: r.ClientIP, ClientName: r.ClientName,
		ConnectedFrom: r.ConnectedFrom, ConnectedFromRaw: r.ConnectedFromRaw, State: session.State(r.State),
		Reason: r.Reason, DurationMs: r.DurationMs, SizeBytes: r.SizeBytes, SessionRecord: r.SessionRecord, Encoder: r.Encoder,
	}
}

// sessionItem is the whole item of a session. A key attribute of an empty value is left out: DynamoDB
// refuses empty keys, and the index stays sparse.
func sessionItem(s *session.Session, rec *session.Recording, ttl time.Time) (item, error) {
	row, err := marshal(newRowItem(s))
	if err != nil {
		return nil, err
	}
	it := item{
		attrPK: str(s.ID), attrID: str(s.ID), attrTime: str(timeShard), attrF: str(FacetCode(s)), attrRow: row,
		attrRank: num(int64(s.State.Rank())), attrTTL: num(ttl.Unix()),
	}
	if rec != nil {
		if it[attrRec], err = marshal(rec); err != nil {
			return nil, err
		}
	}
	for _, f := range Fields {
		if v := match.Fold(s.Value(f.Column)); v != "" {
			it[f.Attr] = str(v)
		}
	}
	return it, nil
}

func parseRow(it item) (session.Session, error) {
	var row rowItem
	if err := unmarshal(it[attrRow], &row); err != nil {
		return session.Session{}, err
	}
	return row.session(text(it[attrID])), nil
}

func parseRecording(it item) (*session.Recording, error) {
	if it[attrRec] == nil {
		return nil, nil
	}
	rec := new(session.Recording)
	return rec, unmarshal(it[attrRec], rec)
}

// registrationItem is a registration as it is stored: one item of about 1 KB, in no index.
type registrationItem struct {
	PK          string           `dynamodbav:"pk"`
	SessionID   string           `dynamodbav:"session"`
	UUID        string           `dynamodbav:"uuid"`
	Gateway     string           `dynamodbav:"gateway"`
	Folder      string           `dynamodbav:"folder"`
	Digest      string           `dynamodbav:"digest"`
	Row         rowItem          `dynamodbav:"row"`
	RawActionAt string           `dynamodbav:"rawActionAt"`
	Format      string           `dynamodbav:"format,omitempty"`
	Objects     []session.Object `dynamodbav:"objects,omitempty"`
	Attempt     string           `dynamodbav:"attempt,omitempty"`
	Conflict    bool             `dynamodbav:"conflict,omitempty"`
	TTL         int64            `dynamodbav:"ttl"`
}

func newRegistrationItem(r *session.Registration, ttl time.Time) registrationItem {
	return registrationItem{
		PK: registrationKey(r.Identity), SessionID: r.Session.ID, UUID: r.UUID, Gateway: r.Gateway,
		Folder: r.Folder.Name, Digest: r.Digest, Row: newRowItem(&r.Session), RawActionAt: session.FormatTime(r.RawActionAt),
		Format: r.Format, Objects: r.Objects, Attempt: r.Attempt, Conflict: r.Conflict, TTL: ttl.Unix(),
	}
}

func (it *registrationItem) registration() (*session.Registration, error) {
	raw, err := session.ParseTime(it.RawActionAt)
	if err != nil {
		return nil, err
	}
	return &session.Registration{
		Identity: it.PK[len(registrationKey("")):], UUID: it.UUID, Folder: session.Folder{Gateway: it.Gateway, Name: it.Folder},
		Digest: it.Digest, Session: it.Row.session(it.SessionID), RawActionAt: raw, Format: it.Format, Objects: it.Objects,
		Attempt: it.Attempt, Conflict: it.Conflict,
	}, nil
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func text(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}
