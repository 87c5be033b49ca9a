package life_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"tapedeck/localstack/issuer"
)

func TestWhatBelongsToAStack(t *testing.T) {
	w := newWorld(t)
	s := w.deploy(t, "tapedeck", nil)

	t.Run("a gateway puts under its own name and can do nothing else", func(t *testing.T) {
		gateway := s.user(t, "bastion-eu")
		s.run(t, "aws", "cloudformation", "deploy", "--stack-name", "tapedeck-gateway", "--template-file", "infra/gateway-policy/template.yaml", "--capabilities", "CAPABILITY_IAM",
			"--parameter-overrides", "InboxBucket="+s.outputs["InboxBucket"], "RecordingsKeyArn="+s.outputs["RecordingsKeyArn"], "Gateway=bastion-eu", "UserName=bastion-eu")
		inbox := s.outputs["InboxBucket"]
		put := func(key string) error {
			_, err := gateway.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &inbox, Key: &key, Body: strings.NewReader("{}")})
			return err
		}
		if err := put("in/bastion-eu/x/recording.cast"); err != nil {
			t.Errorf("it may not put its own: %v", err)
		}
		for _, key := range []string{"in/bastion-us/x/recording.cast", "in/bastion-eu", "in/bastion-eu2/x/y", "x", "sessions/x/archive.json"} {
			if err := put(key); !denied(err) {
				t.Errorf("it may put %s: %v", key, err)
			}
		}
		own := "in/bastion-eu/x/recording.cast"
		_, read := gateway.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &inbox, Key: &own})
		_, list := gateway.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &inbox})
		_, remove := gateway.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &inbox, Key: &own})
		evidence := s.outputs["EvidenceBucket"]
		_, elsewhere := gateway.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &evidence})
		for what, err := range map[string]error{"read": read, "list": list, "delete": remove, "list evidence": elsewhere} {
			if !denied(err) {
				t.Errorf("it may %s: %v", what, err)
			}
		}
	})

	t.Run("recordings are read and written by who has their key, whatever else they may", func(t *testing.T) {
		somebody := s.user(t, "somebody")
		inbox, key, own := s.outputs["InboxBucket"], "in/somebody/x", "in/bastion-eu/x/recording.cast"
		for _, may := range []struct {
			actions    string
			put, parts bool
			get        bool
		}{{`"s3:*"`, false, false, false}, {`"s3:*", "kms:GenerateDataKey"`, true, false, false}, {`"s3:*", "kms:GenerateDataKey", "kms:Decrypt"`, true, true, true}} {
			s.run(t, "aws", "iam", "put-user-policy", "--user-name", "somebody", "--policy-name", "somebody", "--policy-document",
				`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [`+may.actions+`], "Resource": "*"}]}`)
			_, put := somebody.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &inbox, Key: &key, Body: strings.NewReader("{}")})
			_, parts := somebody.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: &inbox, Key: &key})
			_, get := somebody.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &inbox, Key: &key})
			_, look := somebody.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &inbox, Key: &own})
			for what, got := range map[string]struct {
				err error
				may bool
			}{"put": {put, may.put}, "put in parts": {parts, may.parts}, "get": {get, may.get}, "look": {look, true}} {
				if got.may && got.err != nil || !got.may && !denied(got.err) {
					t.Errorf("with %s, %s: %v", may.actions, what, got.err)
				}
			}
		}
	})

	t.Run("an entry of the audit log that is changed or deleted is said", func(t *testing.T) {
		s.list(t) // makes entries
		db, table := dynamodb.NewFromConfig(w.Config()), s.outputs["AuditTable"]
		out, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table})
		if err != nil || len(out.Items) < 1 {
			t.Fatal(len(out.Items), err)
		}
		key := map[string]types.AttributeValue{"pk": out.Items[0]["pk"], "sk": out.Items[0]["sk"]}
		_, err = db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &table, Key: key, UpdateExpression: aws.String("SET person = :p"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "somebody else"}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: key}); err != nil {
			t.Fatal(err)
		}
		logs := cloudwatchlogs.NewFromConfig(w.Config())
		eventually(t, "a word on both", func() bool {
			out, err := logs.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/tapedeck/tapedeck/auditwatch")})
			said := ""
			if err == nil {
				for _, e := range out.Events {
					said += *e.Message
				}
			}
			return strings.Contains(said, `"change":"MODIFY"`) && strings.Contains(said, `"change":"REMOVE"`)
		})
	})
}

// user makes a user of the account, who may do nothing yet.
func (s *stack) user(t *testing.T, name string) *s3.Client {
	t.Helper()
	s.run(t, "aws", "iam", "create-user", "--user-name", name)
	var made struct {
		AccessKey struct{ AccessKeyID, SecretAccessKey string }
	}
	if err := json.Unmarshal([]byte(s.run(t, "aws", "iam", "create-access-key", "--user-name", name, "--output", "json")), &made); err != nil {
		t.Fatal(err)
	}
	cfg := s.Config()
	cfg.Credentials = credentials.NewStaticCredentialsProvider(made.AccessKey.AccessKeyID, made.AccessKey.SecretAccessKey, "")
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
}

func denied(err error) bool {
	e, ok := errors.AsType[smithy.APIError](err)
	return ok && e.ErrorCode() == "AccessDenied"
}

// infra/deploy.sh as `make deploy` calls it, on an account of the emulator: the functions have this machine's processor.
func TestDeployingByScript(t *testing.T) {
	w := newWorld(t)
	config := filepath.Join(w.root, "samconfig.toml")
	if _, err := os.Stat(config); err == nil {
		t.Skip("there is a samconfig.toml of somebody's own")
	}
	var overrides bytes.Buffer
	for name, value := range w.Local(map[string]string{"AppOrigin": "http://127.0.0.1:8080", "OidcIssuer": w.issuer}) {
		fmt.Fprintf(&overrides, "  %q,\n", name+"="+value)
	}
	example, err := os.ReadFile(filepath.Join(w.root, "infra/samconfig.example.toml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(example), "confirm_changeset = true", "confirm_changeset = false", 1)
	head, _, ok := strings.Cut(text, "parameter_overrides = [")
	if !ok || strings.Count(text, "confirm_changeset = false") != 1 {
		t.Fatalf("the example has another form: %s", text)
	}
	if err := os.WriteFile(config, []byte(head+"parameter_overrides = [\n"+overrides.String()+"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(config) })
	s := &stack{world: w, name: "scripted"}

	said := s.run(t, filepath.Join(w.root, "infra/deploy.sh"), "scripted")
	if s.outputs, err = w.Outputs(t.Context(), "scripted"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "deploy: pages to "+s.outputs["WebBucket"]) {
		t.Errorf("it says %s", said)
	}
	pages := w.objects(t, s.outputs["WebBucket"])
	for _, page := range []string{"index.html", "player.html", "exports.html", "settings.html", "config.json"} {
		if !slices.Contains(pages, page) {
			t.Errorf("%s is not there: %q", page, pages)
		}
	}
	object := func(key string) (*s3.GetObjectOutput, []byte) {
		out, err := w.s3().GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(s.outputs["WebBucket"]), Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		defer out.Body.Close()
		data, err := io.ReadAll(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		return out, data
	}
	var settings map[string]any
	out, data := object("config.json")
	if err := json.Unmarshal(data, &settings); err != nil || settings["issuer"] != w.issuer || settings["clientId"] != issuer.ClientID || settings["apiBase"] != "/api/v1" || settings["scope"] == "" || settings["cliClientId"] != "tapedeck-cli" || settings["cliPort"] != 0.0 {
		t.Errorf("config.json is %s, %v", data, err)
	}
	if aws.ToString(out.CacheControl) != "no-cache" || aws.ToString(out.ContentType) != "application/json" {
		t.Errorf("config.json comes as %s, %s", aws.ToString(out.CacheControl), aws.ToString(out.ContentType))
	}
	if out, _ := object("index.html"); aws.ToString(out.CacheControl) != "no-cache" || !strings.HasPrefix(aws.ToString(out.ContentType), "text/html") {
		t.Errorf("index.html comes as %s, %s", aws.ToString(out.CacheControl), aws.ToString(out.ContentType))
	}
	script := slices.IndexFunc(pages, func(key string) bool { return strings.HasPrefix(key, "assets/") && strings.HasSuffix(key, ".js") })
	if out, _ := object(pages[script]); !strings.Contains(aws.ToString(out.CacheControl), "immutable") {
		t.Errorf("%s comes as %s", pages[script], aws.ToString(out.CacheControl))
	}

	// A page that is gone from the build goes; assets that somebody's open page may ask for stay.
	for _, key := range []string{"old.html", "assets/old.js"} {
		if _, err := w.s3().PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(s.outputs["WebBucket"]), Key: &key, Body: strings.NewReader("old")}); err != nil {
			t.Fatal(err)
		}
	}
	s.run(t, filepath.Join(w.root, "infra/deploy.sh"), "scripted")
	pages = w.objects(t, s.outputs["WebBucket"])
	if slices.Contains(pages, "old.html") || !slices.Contains(pages, "assets/old.js") || !slices.Contains(pages, "config.json") {
		t.Errorf("after the second time there are %q", pages)
	}
}

func TestWithoutItsConfigurationTheScriptSaysWhatToDo(t *testing.T) {
	if _, err := os.Stat("../../samconfig.toml"); err == nil {
		t.Skip("there is a samconfig.toml of somebody's own")
	}
	out, err := exec.Command("../../infra/deploy.sh", "tapedeck").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "cp infra/samconfig.example.toml samconfig.toml") {
		t.Errorf("%v: %s", err, out)
	}
}
