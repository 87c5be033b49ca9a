package index

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
)

// Index is the session index over two tables. Its zero value is not usable: make it with New.
type Index struct {
	db       *dynamodb.Client
	sessions string // table names
	values   string
	keep     time.Duration     // how long rows and values live, from the session's start on
	tokens   *pagetoken.Tokens // nil where nobody pages
	now      func() time.Time

	dict       atomic.Pointer[dictionary] // in memory; nil before it was needed
	refreshing sync.Mutex                 // guards what follows
	readTo     time.Time                  // the log is read up to here
	loadedAt   time.Time
}

// New makes an Index. keep is how long a row stays listed; tokens may be nil where List is not called.
func New(db *dynamodb.Client, sessionsTable, valuesTable string, keep time.Duration, tokens *pagetoken.Tokens) *Index {
	return &Index{db: db, sessions: sessionsTable, values: valuesTable, keep: keep, tokens: tokens, now: time.Now}
}

func (x *Index) dictionary() *dictionary { return x.dict.Load() }

// Session reads one row and what it knows of its recording, consistently. An unknown id is CodeNotFound.
func (x *Index) Session(ctx context.Context, id string) (*session.Session, *session.Recording, error) {
	if !session.ValidID(id) {
		return nil, nil, notFound()
	}
	it, err := x.get(ctx, x.sessions, item{attrPK: str(id)})
	if err != nil {
		return nil, nil, fmt.Errorf("read session %s: %w", id, err)
	}
	if it == nil {
		return nil, nil, notFound()
	}
	s, err := parseRow(it)
	if err != nil {
		return nil, nil, fmt.Errorf("read session %s: %w", id, err)
	}
	rec, err := parseRecording(it)
	if err != nil {
		return nil, nil, fmt.Errorf("read session %s: %w", id, err)
	}
	return &s, rec, nil
}

// PutRow writes the session's row, its dictionary entries before it. A row never goes back to an earlier
// state: such a write changes nothing and is no error.
func (x *Index) PutRow(ctx context.Context, s *session.Session, rec *session.Recording) error {
	if _, err := x.Cover(ctx, []session.Session{*s}); err != nil {
		return err
	}
	it, err := sessionItem(s, rec, s.ActionAt.Add(x.keep))
	if err != nil {
		return err
	}
	_, err = x.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &x.sessions, Item: it,
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR #rank <= :rank"),
		ExpressionAttributeNames:  map[string]string{"#rank": attrRank},
		ExpressionAttributeValues: item{":rank": it[attrRank]},
	})
	if err != nil && !conditionFailed(err) {
		return fmt.Errorf("put row %s: %w", s.ID, err)
	}
	return nil
}

// Registration reads a registration, consistently. One that is not there is CodeNotFound.
func (x *Index) Registration(ctx context.Context, identity string) (*session.Registration, error) {
	it, err := x.get(ctx, x.sessions, item{attrPK: str(registrationKey(identity))})
	if err != nil {
		return nil, fmt.Errorf("read registration: %w", err)
	}
	if it == nil {
		return nil, notFound()
	}
	var stored registrationItem
	if err := unmarshalMap(it, &stored); err != nil {
		return nil, fmt.Errorf("read registration: %w", err)
	}
	return stored.registration()
}

// Register stores r unless its identity is registered already, and returns the registration that holds: the
// first one, for ever. first says that it is r.
func (x *Index) Register(ctx context.Context, r *session.Registration) (held *session.Registration, first bool, err error) {
	it, err := marshalMap(newRegistrationItem(r, r.Session.ActionAt.Add(x.keep)))
	if err != nil {
		return nil, false, err
	}
	_, err = x.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &x.sessions, Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)")})
	switch {
	case err == nil:
		return r, true, nil
	case conditionFailed(err):
		held, err = x.Registration(ctx, r.Identity)
		return held, false, err
	default:
		return nil, false, fmt.Errorf("register: %w", err)
	}
}

// MarkConflict notes that a later manifest said something else than the registered one.
func (x *Index) MarkConflict(ctx context.Context, identity string) error {
	_, err := x.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &x.sessions, Key: item{attrPK: str(registrationKey(identity))},
		UpdateExpression:          aws.String("SET #conflict = :true"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#conflict": "conflict"},
		ExpressionAttributeValues: item{":true": &types.AttributeValueMemberBOOL{Value: true}},
	})
	if err != nil {
		return fmt.Errorf("mark conflict: %w", err)
	}
	return nil
}

func (x *Index) get(ctx context.Context, table string, key item) (item, error) {
	out, err := x.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

func notFound() error { return session.Errorf(session.CodeNotFound, "there is no such session") }

func conditionFailed(err error) bool {
	_, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	return ok
}

func num(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// entropy is 128 random bits, as a text that no key is made of without being hashed.
func entropy() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return string(b[:])
}
