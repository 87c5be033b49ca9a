package cost

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// put says what a put costs the indexes of a table.
func put(m *Meter, table string, it item) float64 {
	m.indexes(&dynamodb.PutItemInput{TableName: &table, Item: it})
	used, _ := m.Take()
	return used[WriteUnit]
}

func TestIndexesCostWhatTheyAreMadeToChange(t *testing.T) {
	d, err := ReadTemplate("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	name := "sessions"
	table := d.Tables["SessionsTable"]
	table.TableName = &name
	m := NewMeter(table)
	row := func(change ...string) item {
		it := item{"pk": text("1"), "id": text("1"), "gt": text("t"), "f": text("linux"), "name": text("kim"), "row": text("r"), "rec": text("x")}
		for i := 0; i < len(change); i += 2 {
			it[change[i]] = text(change[i+1])
		}
		return it
	}
	for _, c := range []struct {
		what string
		it   item
		want float64
	}{
		{"a row in three indexes: by time, by facet, by name", row(), 3},
		{"the same again", row(), 0},
		{"what no index keeps", row("rec", "y"), 0},
		{"what all of them keep", row("rec", "y", "row", "s"), 3},
		{"another name: deleted in one place, put in another", row("rec", "y", "row", "s", "name", "lee"), 2},
		{"one more key", row("rec", "y", "row", "s", "name", "lee", "host", "h"), 1},
		{"more than a kilobyte, four times", row("name", "lee", "host", "h", "row", strings.Repeat("r", 1024)), 8},
		{"what is in no index", item{"pk": text("2")}, 0},
	} {
		if got := put(m, name, c.it); got != c.want {
			t.Errorf("%s costs %v, want %v", c.what, got, c.want)
		}
	}
	m.indexes(&dynamodb.DeleteItemInput{TableName: &name, Key: item{"pk": text("1")}})
	if used, _ := m.Take(); used[WriteUnit] != 8 {
		t.Errorf("the end of it costs %v", used)
	}
	if got, want := m.Stored(), len("pk")+len("2")+overheadBytes; got != want {
		t.Errorf("%d bytes are stored, want %d", got, want)
	}
}

func TestRequestsOfS3AreOfTheClassThatTheyArePaidIn(t *testing.T) {
	for operation, want := range map[string]Unit{"PutObject": S3Put, "UploadPartCopy": S3Put, "CompleteMultipartUpload": S3Put, "ListObjectsV2": S3Put, "PutObjectRetention": S3Put,
		"GetObject": S3Get, "HeadObject": S3Get, "GetObjectTagging": S3Get, "DeleteObject": "", "AbortMultipartUpload": ""} {
		if got := classOf(operation); got != want {
			t.Errorf("%s is %q, want %q", operation, got, want)
		}
	}
}
