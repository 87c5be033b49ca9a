package audit

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/session"
)

// shards spreads a day's entries over so many partitions.
const shards = 4

// partition is the key of a shard of a day.
func partition(day time.Time, shard int) string {
	return fmt.Sprintf("%s#%d", day.UTC().Format(time.DateOnly), shard)
}

// partitions are all of a day.
func partitions(day time.Time) (keys []string) {
	for shard := range shards {
		keys = append(keys, partition(day, shard))
	}
	return keys
}

// newItem is an entry as it is stored. Its key is the day and a shard, then a ULID of the moment.
func newItem(e session.Event, at time.Time, random string) map[string]types.AttributeValue {
	key := session.NewID(at, "audit", random)
	shard := sha256.Sum256([]byte(random))[0] % shards
	it := map[string]types.AttributeValue{"pk": str(partition(at, int(shard))), "sk": str(key), "at": str(session.FormatTime(at)), "action": str(string(e.Action))}
	for name, value := range texts(&e) {
		if *value != "" {
			it[name] = str(session.Cut(*value, session.MaxTextBytes))
		}
	}
	if len(e.Detail) > 0 {
		detail := map[string]types.AttributeValue{}
		for k, v := range e.Detail {
			detail[k] = str(v)
		}
		it["detail"] = &types.AttributeValueMemberM{Value: detail}
	}
	return it
}

// texts are the fields of an event by the attributes that hold them; one that is empty has none.
func texts(e *session.Event) map[string]*string {
	return map[string]*string{"session": &e.SessionID, "person": &e.Person.Subject, "personName": &e.Person.Name,
		"personEmail": &e.Person.Email, "gateway": &e.Gateway, "requestId": &e.RequestID}
}

// entry reads what newItem made.
func entry(it map[string]types.AttributeValue) (e session.Entry, err error) {
	text := func(name string) string {
		s, _ := it[name].(*types.AttributeValueMemberS)
		if s == nil {
			return ""
		}
		return s.Value
	}
	e.ID, e.Action, e.Detail = text("sk"), session.Act(text("action")), map[string]string{}
	if e.At, err = session.ParseTime(text("at")); err != nil || !session.ValidID(e.ID) {
		return e, fmt.Errorf("the entry %s of %s is not of our form", e.ID, text("pk"))
	}
	for name, field := range texts(&e.Event) {
		*field = text(name)
	}
	if detail, ok := it["detail"].(*types.AttributeValueMemberM); ok {
		for k, v := range detail.Value {
			if s, ok := v.(*types.AttributeValueMemberS); ok {
				e.Detail[k] = s.Value
			}
		}
	}
	return e, nil
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
