package internal_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const gatewayPolicy = "../infra/gateway-policy/template.yaml"

func TestAGatewayMayPutUnderItsOwnNameAndNothingElse(t *testing.T) {
	template := loadFile(t, gatewayPolicy)
	all := allowed(t, "gateway", at(template, "Resources", "GatewayPolicy", "Properties", "PolicyDocument"))
	if len(all) != 2 {
		t.Fatalf("%d statements", len(all))
	}
	put, encrypt := all[0], all[1]
	if !slices.Equal(put.Actions, []string{"s3:PutObject", "s3:AbortMultipartUpload"}) || !slices.Equal(put.Resources, []string{"arn:${AWS::Partition}:s3:::${InboxBucket}/in/${Gateway}/*"}) {
		t.Errorf("it may %v", put)
	}
	if !slices.Equal(encrypt.When, []string{"kms:ViaService StringEquals s3.${AWS::Region}.${AWS::URLSuffix}"}) {
		t.Errorf("the key serves for more than S3: %v", encrypt)
	}
	// A name with a wildcard or a part of a path would be another gateway's, too.
	for _, bad := range []string{"", "*", "gw*", "gw?", "a/b", "..", ".gw", "${aws:username}", "gw/", "-gw"} {
		if takes(t, at(template, "Parameters", "Gateway"), bad) {
			t.Errorf("a gateway may be called %q", bad)
		}
	}
	for _, good := range []string{"gw-1", "bastion.eu", "A_b"} {
		if !takes(t, at(template, "Parameters", "Gateway"), good) {
			t.Errorf("no gateway may be called %q", good)
		}
	}
}

func TestTheGatewaysPolicyAsJSONIsThatOfTheTemplate(t *testing.T) {
	data, err := os.ReadFile("../infra/gateway-policy/policy.json")
	if err != nil {
		t.Fatal(err)
	}
	var written, made any
	if err := json.Unmarshal(data, &written); err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(rendered(at(loadFile(t, gatewayPolicy), "Resources", "GatewayPolicy", "Properties", "PolicyDocument")))
	if err != nil {
		t.Fatal(err)
	}
	placeholders := strings.NewReplacer("${AWS::Partition}", "aws", "${InboxBucket}", "INBOX_BUCKET", "${Gateway}", "GATEWAY", "${RecordingsKeyArn}", "RECORDINGS_KEY_ARN",
		"${AWS::Region}", "REGION", "${AWS::URLSuffix}", "amazonaws.com")
	if err := json.Unmarshal([]byte(placeholders.Replace(string(document))), &made); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(written, made) {
		t.Errorf("policy.json says %v\nthe template %v", written, made)
	}
}
