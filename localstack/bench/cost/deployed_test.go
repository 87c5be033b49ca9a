package cost_test

import (
	"testing"

	"tapedeck/localstack/bench/cost"
)

func TestTheTemplateSaysWhatIsPaidFor(t *testing.T) {
	d, err := cost.ReadTemplate("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sessions := d.Tables["SessionsTable"]
	if sessions == nil || len(sessions.GlobalSecondaryIndexes) != 9 || len(sessions.AttributeDefinitions) != 11 || len(d.Tables["AuditTable"].GlobalSecondaryIndexes) != 2 {
		t.Errorf("tables %+v", d.Tables)
	}
	if time := sessions.GlobalSecondaryIndexes[0]; *time.KeySchema[0].AttributeName != "gt" || len(time.Projection.NonKeyAttributes) != 2 {
		t.Errorf("%+v", time)
	}
	if d.Memory["archiver"] != 1769 || d.Memory["playback"] != 512 || d.Queues != 3 {
		t.Errorf("memory %v, %d queues", d.Memory, d.Queues)
	}
	found := false
	for _, r := range d.Routes {
		found = found || r == cost.Route{Method: "POST", Path: "/v1/sessions/{id}/ranges", Function: "playback"}
	}
	if !found || len(d.Routes) < 12 {
		t.Errorf("routes %+v", d.Routes)
	}
	if d.Kinds["AWS::KMS::Key"] != 4 || d.Kinds["AWS::SecretsManager::Secret"] != 1 || d.Kinds["AWS::CloudFront::Distribution"] != 0 {
		t.Errorf("%v", d.Kinds)
	}
}
