package home

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"regexp"

	"tapedeck/internal/encode"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/formats"
	"tapedeck/internal/session"
)

// Parts are the parts of a recording: the file itself, or the files of a tar, of which a session.json among them or
// their content says what they are. The format is "" when the content of the only part says it.
func Parts(file *io.SectionReader) (format string, parts []encode.Part, err error) {
	if !isTar(file) {
		return "", []encode.Part{{Role: session.PartRecording, Bytes: io.NewSectionReader(file, 0, file.Size())}}, nil
	}
	files, err := tarFiles(file)
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
		named, ok := files[o.Key]
		if !ok {
			return "", nil, fmt.Errorf("%s names %q, which is not there", session.ManifestName, o.Key)
		}
		parts = append(parts, encode.Part{Role: o.Part, Bytes: named})
	}
	return m.Format, parts, nil
}

// ErrSeveral says that a tar has files of which nothing says what they are.
var ErrSeveral = errors.New("it holds several files, and neither a " + session.ManifestName + " nor their content says what they are")

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
		return "", nil, ErrSeveral
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
func tarFiles(whole *io.SectionReader) (map[string]*io.SectionReader, error) {
	files := map[string]*io.SectionReader{}
	section := io.NewSectionReader(whole, 0, whole.Size())
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
			files[header.Name] = io.NewSectionReader(whole, at, header.Size)
		}
		if len(files) > session.MaxObjects+1 {
			return nil, fmt.Errorf("the tar has more than %d files", session.MaxObjects+1)
		}
	}
}
