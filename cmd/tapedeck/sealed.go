package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"

	"filippo.io/age"

	"tapedeck/internal/encode"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/formats"
	"tapedeck/internal/seal"
	"tapedeck/internal/session"
	"tapedeck/internal/tape"
)

// checkSealed refuses what is no age file, before a person is asked for its passphrase.
func checkSealed(file *os.File) error {
	if _, err := age.ExtractHeader(file); err != nil {
		return fmt.Errorf("%s is no age file: %w", file.Name(), err)
	}
	return nil
}

// openSealed gives what is sealed in a file. Every byte that is read of it is as it was sealed, and so is its size.
func openSealed(file *os.File, passphrase string) (*io.SectionReader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	id.SetMaxWorkFactor(seal.WorkFactor) // more is no export, and might take all memory
	plain, size, err := age.DecryptReaderAt(file, info.Size(), id)
	if e, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		if slices.Contains(e.StanzaTypes, "scrypt") {
			return nil, errors.New("the passphrase is not the right one")
		}
		return nil, errors.New("it is sealed with something else than a passphrase")
	}
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(plain, 0, size), nil
}

// playSealed plays a recording. What it is played from is kept in files that only this process can read.
func playSealed(ctx context.Context, sealed *io.SectionReader, out, notes io.Writer) error {
	format, parts, err := sealedParts(sealed)
	if err != nil {
		return err
	}
	progress := newProgress(notes)
	w := &watch{progress: progress, size: sealed.Size()}
	for i := range parts {
		parts[i].Bytes = io.TeeReader(parts[i].Bytes, w)
	}
	files, err := newHidden(3)
	if err != nil {
		return err
	}
	defer files.remove()
	made, err := encode.Recording(ctx, format, parts, encode.Outputs{
		Files: tape.Files{Play: files[0], Table: files[1], Transcript: files[2]}, Index: io.Discard})
	progress.clear()
	if err != nil {
		return err
	}
	if made.Truncated {
		fmt.Fprintf(notes, "tapedeck: the recording was cut off; it is whole up to %s\n", clock(made.Index.DurationMs))
	}
	sources, err := files.readers()
	if err != nil {
		return err
	}
	return perform(ctx, &tape.Reader{Index: made.Index, Files: tape.Sources{Play: sources[0], Table: sources[1], Transcript: sources[2]}}, out)
}

// sealedParts are the parts of a recording: what is sealed, or the files of a tar, of which a session.json among them
// or their content says what they are. The format is "" when the content of the only part says it.
func sealedParts(sealed *io.SectionReader) (format string, parts []encode.Part, err error) {
	if !isTar(sealed) {
		return "", []encode.Part{{Role: session.PartRecording, Bytes: io.NewSectionReader(sealed, 0, sealed.Size())}}, nil
	}
	files, err := tarFiles(sealed)
	if err != nil {
		return "", nil, err
	}
	described, ok := files[session.ManifestName]
	if !ok {
		return partsByContent(files)
	}
	if described.Size() > session.MaxManifestBytes {
		return "", nil, fmt.Errorf("%s is larger than %d MiB", session.ManifestName, session.MaxManifestBytes>>20)
	}
	data, err := io.ReadAll(described)
	if err != nil {
		return "", nil, err
	}
	m, err := session.ParseManifest(data)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", session.ManifestName, err)
	}
	for _, o := range m.Objects {
		file, ok := files[o.Key]
		if !ok {
			return "", nil, fmt.Errorf("%s names %q, which is not there", session.ManifestName, printable(o.Key))
		}
		parts = append(parts, encode.Part{Role: o.Part, Bytes: file})
	}
	return m.Format, parts, nil
}

// timingForm is how timing files of script(1) and guacd begin: seconds and a number of bytes, after a letter in newer ones.
var timingForm = regexp.MustCompile(`^([A-Z] )?[0-9]+\.[0-9]+ `)

// partsByContent tells a recording and its timing by how they begin. More than these it does not take: what was typed
// begins as a typescript does, and must not be shown.
func partsByContent(files map[string]*io.SectionReader) (format string, parts []encode.Part, err error) {
	roles := map[string]int{}
	for _, file := range files {
		head := make([]byte, formats.Head)
		n, _ := io.ReadFull(recording.NewSource(io.NewSectionReader(file, 0, file.Size())), head) // what is wrong comes to light when it is read
		role := "unknown"
		if name := formats.Looks(head[:n]); name != "" {
			format, role = name, session.PartRecording
		} else if timingForm.Match(head[:n]) {
			role = session.PartTiming
		}
		roles[role]++
		parts = append(parts, encode.Part{Role: role, Bytes: file})
	}
	if len(files) != 2 || roles[session.PartRecording] != 1 || roles[session.PartTiming] != 1 {
		return "", nil, fmt.Errorf("it holds several files, and neither a %s nor their content says what they are; --out FILE writes them as a tar", session.ManifestName)
	}
	return format, parts, nil
}

// isTar reports whether a file is a tar of POSIX: its first block has "ustar" at 257.
func isTar(r io.ReaderAt) bool {
	magic := make([]byte, 5)
	_, err := r.ReadAt(magic, 257)
	return (err == nil || err == io.EOF) && string(magic) == "ustar"
}

// tarFiles are the regular files of a tar, where they lie in it.
func tarFiles(sealed *io.SectionReader) (map[string]*io.SectionReader, error) {
	files := map[string]*io.SectionReader{}
	section := io.NewSectionReader(sealed, 0, sealed.Size())
	for in := tar.NewReader(section); ; {
		header, err := in.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the tar: %w", err)
		}
		at, err := section.Seek(0, io.SeekCurrent) // a tar.Reader reads headers, and not a byte more
		if err != nil {
			return nil, err
		}
		if header.Typeflag == tar.TypeReg {
			files[header.Name] = io.NewSectionReader(sealed, at, header.Size)
		}
		if len(files) > session.MaxObjects+1 {
			return nil, fmt.Errorf("the tar has more than %d files", session.MaxObjects+1)
		}
	}
}
