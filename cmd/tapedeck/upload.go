package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"

	"tapedeck/internal/archive"
	"tapedeck/internal/awsenv"
	"tapedeck/internal/session"
)

// upload is a session on its way to the inbox.
type upload struct {
	uuid     string
	actionAt time.Time
	manifest []byte
	format   string
	objects  []session.Object
	files    map[string]string // path by the name in the inbox
}

// fromFolder reads a folder with a session.json.
func fromFolder(dir string) (*upload, error) {
	data, err := os.ReadFile(filepath.Join(dir, session.ManifestName))
	if err != nil {
		return nil, err
	}
	m, err := session.ParseManifest(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", session.ManifestName, err)
	}
	up := &upload{uuid: m.UUID, actionAt: m.ActionAt, manifest: data, format: m.Format, objects: m.Objects, files: map[string]string{}}
	for _, o := range m.Objects {
		path := filepath.Join(dir, o.Key)
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
		up.files[o.Key] = path
	}
	return up, nil
}

// file is a part of a recording.
type file struct{ path, part string }

// fromFiles makes the manifest of a recording's parts.
func fromFiles(files []file, manifest map[string]any) (*upload, error) {
	up := &upload{files: map[string]string{}}
	var objects []session.Object
	for _, f := range files {
		o, err := f.object()
		if err != nil {
			return nil, err
		}
		if up.files[o.Key] != "" {
			return nil, fmt.Errorf("two files are called %s, and would lie beside each other", o.Key)
		}
		objects = append(objects, *o)
		up.files[o.Key] = f.path
	}
	manifest["objects"] = objects
	var err error
	if up.manifest, err = json.Marshal(manifest); err != nil {
		return nil, err
	}
	m, err := session.ParseManifest(up.manifest)
	if err != nil {
		return nil, err
	}
	up.uuid, up.actionAt = m.UUID, m.ActionAt
	return up, nil
}

// object is what the manifest says of a file.
func (f file) object() (*session.Object, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	h := sha256.New()
	size, err := io.Copy(h, in)
	if err != nil {
		return nil, err
	}
	return &session.Object{Key: filepath.Base(f.path), Part: f.part, Size: &size, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// inbox puts objects into the bucket where gateways put them.
type inbox struct {
	bucket string
	client *transfermanager.Client
}

func newInbox(ctx context.Context) (*inbox, error) {
	bucket, err := required("TAPEDECK_INBOX")
	if err != nil {
		return nil, err
	}
	cfg, err := awsConfig(ctx)
	if err != nil {
		return nil, err
	}
	return &inbox{bucket, transfermanager.New(awsenv.S3(cfg))}, nil
}

func (b *inbox) put(ctx context.Context, key string, body io.Reader) error {
	if _, err := b.client.UploadObject(ctx, &transfermanager.UploadObjectInput{Bucket: &b.bucket, Key: &key, Body: body}); err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	return nil
}

// put puts the objects and, last, the manifest, that commits them.
func (u *upload) put(ctx context.Context, b *inbox, gateway string) error {
	folder := session.Folder{Gateway: gateway, Name: u.uuid}
	for name, path := range u.files {
		if err := putFile(ctx, b, archive.InboxKey(folder, name), path); err != nil {
			return err
		}
	}
	return b.put(ctx, archive.InboxKey(folder, session.ManifestName), bytes.NewReader(u.manifest))
}

func putFile(ctx context.Context, b *inbox, key, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return b.put(ctx, key, f)
}
