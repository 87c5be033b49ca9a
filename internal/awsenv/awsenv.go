// Package awsenv reads the environment: the AWS configuration, and the variables that template.yaml gives each
// function. It is the only reader of the process's environment.
package awsenv

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"time"
	_ "time/tzdata" // the functions' image may have no time zones

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go/logging"

	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

// connections to one host that stay open between requests: waves of reads reuse them instead of shaking hands.
const idleConnections = 64

// JSONLogs makes every line that this process logs JSON: those of package log, which Lambda's own library writes, too. A function
// counts from then on.
func JSONLogs() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if function := os.Getenv("AWS_LAMBDA_FUNCTION_NAME"); function != "" {
		metrics.To(os.Stdout, function, time.Now)
		metrics.Put(metrics.ColdStarts.Of(1))
	}
}

// Config is the AWS configuration of this process. It sets up JSON logs on the way.
func Config(ctx context.Context) (aws.Config, error) {
	JSONLogs()
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost = idleConnections, idleConnections
	})
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(client), config.WithRetryMaxAttempts(5),
		config.WithLogger(logging.LoggerFunc(logSDK)))
	if err != nil {
		return cfg, fmt.Errorf("AWS configuration: %w", err)
	}
	return cfg, nil
}

// logSDK logs what the SDK has to say in the form of all other lines.
func logSDK(c logging.Classification, format string, v ...any) {
	level := slog.LevelDebug
	if c == logging.Warn {
		level = slog.LevelWarn
	}
	slog.Log(context.Background(), level, "AWS SDK", "message", fmt.Sprintf(format, v...))
}

// S3 makes an S3 client. A local emulator is asked by path, since its buckets have no host names.
func S3(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL") != ""
		o.DisableLogOutputChecksumValidationSkipped = true // a line for each range that is read
	})
}

// S3As makes S3 clients with other credentials than this process's.
func S3As(cfg aws.Config) func(aws.CredentialsProvider) *s3.Client {
	return func(credentials aws.CredentialsProvider) *s3.Client {
		c := cfg.Copy()
		c.Credentials = credentials
		return S3(c)
	}
}

// Vars reads variables and collects what is wrong with them.
type Vars struct{ err error }

// Text is a variable that must be there.
func (v *Vars) Text(name string) string {
	s := os.Getenv(name)
	if s == "" {
		v.fail(name, fmt.Errorf("it is not set"))
	}
	return s
}

// Optional is a variable that may be absent.
func (v *Vars) Optional(name string) string { return os.Getenv(name) }

// Int is a whole number.
func (v *Vars) Int(name string) int64 {
	n, err := strconv.ParseInt(v.Text(name), 10, 64)
	if err != nil {
		v.fail(name, fmt.Errorf("it is not a whole number"))
	}
	return n
}

// Days is a number of days.
func (v *Vars) Days(name string) time.Duration { return time.Duration(v.Int(name)) * 24 * time.Hour }

// Limit is a number of bytes, or "none": nil.
func (v *Vars) Limit(name string) *int64 {
	if os.Getenv(name) == "none" {
		return nil
	}
	n := v.Int(name)
	return &n
}

// Zone is an IANA time zone.
func (v *Vars) Zone(name string) *time.Location {
	zone, err := time.LoadLocation(v.Text(name))
	if err != nil {
		v.fail(name, err)
		return time.UTC
	}
	return zone
}

// Settings are those that the stack was deployed with: what holds until an administrator changes them.
func (v *Vars) Settings() session.Settings {
	return session.Settings{RequireEncryption: v.Text("EXPORT_ENCRYPTION") != "notRequired", PlaybackLimit: v.Limit("PLAYBACK_LIMIT_BYTES"),
		TimeZone: v.Zone("TIME_ZONE").String(), RetentionDays: int(v.Int("RETENTION_DAYS"))}
}

// Err is the first thing that was wrong.
func (v *Vars) Err() error { return v.err }

func (v *Vars) fail(name string, err error) {
	if v.err == nil {
		v.err = fmt.Errorf("environment variable %s: %w", name, err)
	}
}

// PageTokenKeys reads the current and the previous key that page tokens are signed with.
func PageTokenKeys(ctx context.Context, cfg aws.Config, secret string) (current, previous []byte, err error) {
	out, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &secret})
	if err != nil {
		return nil, nil, fmt.Errorf("read the page token keys: %w", err)
	}
	var keys struct{ Current, Previous string }
	if err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), &keys); err != nil || len(keys.Current) < 16 {
		return nil, nil, fmt.Errorf("read the page token keys: the secret is not of the form that template.yaml makes")
	}
	return []byte(keys.Current), []byte(keys.Previous), nil
}
