package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// state is what other commands must know of a running stack.
type state struct {
	PID      int               `json:"pid"`
	URL      string            `json:"url"`
	Endpoint string            `json:"endpoint"`
	Outputs  map[string]string `json:"outputs"`
}

// folder is where a stack of a name keeps its state and its logs.
func folder(root, name string) string { return filepath.Join(root, ".tools/run", name) }

func stateFile(root, name string) string { return filepath.Join(folder(root, name), "stack.json") }

// hold makes this process the owner of the name until the file is closed or the process ends.
func hold(root, name string) (*os.File, error) {
	if err := os.MkdirAll(folder(root, name), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(folder(root, name), "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errors.New("a stack is running already; `make down` ends it"), f.Close())
	}
	if err := os.Remove(stateFile(root, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// running reads the state of a running stack.
func running(root, name string) (*state, error) {
	none := fmt.Errorf("no stack is running; `make dev` starts one")
	f, err := os.Open(filepath.Join(folder(root, name), "lock"))
	if err != nil {
		return nil, none
	}
	defer f.Close()
	if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return nil, none // its owner is gone
	}
	data, err := os.ReadFile(stateFile(root, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("the stack is starting")
	}
	if err != nil {
		return nil, err
	}
	s := new(state)
	return s, json.Unmarshal(data, s)
}

func (s *state) save(root, name string) error {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	file := stateFile(root, name)
	if err := os.WriteFile(file+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
