package internal_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEachAlarmTellsAndNamesItsPartOfTheRunbook(t *testing.T) {
	data, err := os.ReadFile("../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(string(data), -1) {
		parts[strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")] = false
	}
	alarms := ofType(load(t), "AWS::CloudWatch::Alarm")
	for name, a := range alarms {
		p := a["Properties"]
		if render(list(at(p, "AlarmActions"))[0]) != "${AlarmTopic}" || at(p, "TreatMissingData") == nil {
			t.Errorf("%s tells nobody, or does not say what silence means", name)
		}
		words, anchor, ok := strings.Cut(text(p, "AlarmDescription"), " docs/runbook.md#")
		if _, there := parts[anchor]; !ok || !there || !strings.HasSuffix(words, ".") {
			t.Errorf("%s: %q names no part of the runbook", name, text(p, "AlarmDescription"))
		}
		parts[anchor] = true
	}
	for part, named := range parts {
		if !named {
			t.Errorf("no alarm leads to %q", part)
		}
	}
	if len(alarms) < 20 {
		t.Errorf("%d alarms", len(alarms))
	}
}

// watched lists what has an alarm for a metric.
func watched(template node, metric string) (all []string) {
	for _, a := range ofType(template, "AWS::CloudWatch::Alarm") {
		if text(a, "Properties", "MetricName") == metric {
			for _, d := range list(at(a, "Properties", "Dimensions")) {
				all = append(all, render(at(d, "Value")))
			}
		}
	}
	return slices.Sorted(slices.Values(all))
}

// Statement 12's alarms, and those of functions.
func TestEachQueueAndFunctionIsWatched(t *testing.T) {
	template := load(t)
	var deep, old, failing []string
	for name := range ofType(template, "AWS::SQS::Queue") {
		if strings.HasSuffix(name, "DeadLetters") {
			deep = append(deep, "${"+name+".QueueName}")
		} else {
			old = append(old, "${"+name+".QueueName}")
		}
	}
	for name := range ofType(template, "AWS::Serverless::Function") {
		failing = append(failing, "${"+name+"}")
	}
	for metric, want := range map[string][]string{"ApproximateNumberOfMessagesVisible": deep, "ApproximateAgeOfOldestMessage": old, "Errors": failing} {
		if slices.Sort(want); !slices.Equal(watched(template, metric), want) {
			t.Errorf("%s: watched are %q, and there are %q", metric, watched(template, metric), want)
		}
	}
	if len(watched(template, "Throttles")) != 0 || at(template, "Resources", "ThrottlesAlarm", "Properties", "Dimensions") != nil {
		t.Error("throttles are those of the account: the alarm has dimensions")
	}
}

// Events are lost in silence but for the words of whoever announces.
func TestWhoeverAnnouncesIsListenedTo(t *testing.T) {
	template := load(t)
	var announce, heard []string
	for name, f := range ofType(template, "AWS::Serverless::Function") {
		if at(f, "Properties", "Environment", "Variables", "EVENT_BUS") != nil {
			announce = append(announce, "${"+strings.TrimSuffix(name, "Function")+"Log}")
		}
	}
	for _, f := range ofType(template, "AWS::Logs::MetricFilter") {
		if strings.Contains(text(f, "Properties", "FilterPattern"), "an event is lost") {
			heard = append(heard, render(at(f, "Properties", "LogGroupName")))
		}
	}
	slices.Sort(announce)
	if slices.Sort(heard); !slices.Equal(announce, heard) || len(heard) == 0 {
		t.Errorf("these announce: %q; these are listened to: %q", announce, heard)
	}
}

// A filter would be deaf if the words that it listens to were changed in the code alone.
func TestLogsHaveTheWordsThatFiltersListenTo(t *testing.T) {
	template := load(t)
	var source strings.Builder
	for _, dir := range []string{".", "../functions"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			source.Write(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	filters := ofType(template, "AWS::Logs::MetricFilter")
	for name, f := range filters {
		m := regexp.MustCompile(`^\{ \$\.msg = ("[^"]+") \}$`).FindStringSubmatch(text(f, "Properties", "FilterPattern"))
		if name == "StrangeReaderFilter" { // of CloudTrail's events
			continue
		}
		if m == nil || !strings.Contains(source.String(), m[1]) {
			t.Errorf("%s: nothing logs %q", name, m)
		}
		metric := text(list(at(f, "Properties", "MetricTransformations"))[0], "MetricName")
		if text(template, "Resources", metric+"Alarm", "Properties", "MetricName") != metric || text(template, "Resources", metric+"Alarm", "Condition") != text(f, "Condition") {
			t.Errorf("%s has no alarm", name)
		}
	}
	if len(filters) < 5 {
		t.Errorf("%d filters", len(filters))
	}
}

// All roles that read recordings in the course of their work are known to the filter, which has at most 1,024 characters.
func TestReadersOfRecordingsAreKnown(t *testing.T) {
	template := load(t)
	pattern := render(at(template, "Resources", "StrangeReaderFilter", "Properties", "FilterPattern"))
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`\$\{(\w+)\.RoleId\}`).FindAllStringSubmatch(pattern, -1) {
		known[m[1]] = true
	}
	read := map[string]bool{}
	for name, r := range roles(t, template) {
		for _, s := range r.Statements {
			for _, on := range s.Resources {
				recording := strings.HasPrefix(on, "${EvidenceBucket.Arn}/") || strings.HasPrefix(on, "${DerivedBucket.Arn}/") || strings.HasPrefix(on, "${ExportsBucket.Arn}/")
				if slices.Contains(s.Actions, "s3:GetObject") && recording && s.Sid != "Look" { // which is HeadObject
					read[name] = true
				}
			}
		}
	}
	if !maps.Equal(known, read) {
		t.Errorf("known are %v, read do %v", known, read)
	}
	if long := regexp.MustCompile(`\$\{\w+\.RoleId\}`).ReplaceAllString(pattern, "AROA00000000000000000"); len(long) > 1024 {
		t.Errorf("the pattern has %d characters", len(long))
	}
}

func TestTheDashboardIsJSONAndShowsEachFunction(t *testing.T) {
	template := load(t)
	body := list(at(template, "Resources", "Dashboard", "Properties", "DashboardBody", "Sub"))[0].(string)
	var dashboard struct{ Widgets []map[string]any }
	if err := json.Unmarshal([]byte(body), &dashboard); err != nil || len(dashboard.Widgets) < 5 {
		t.Fatalf("%d widgets, %v", len(dashboard.Widgets), err)
	}
	for name, f := range ofType(template, "AWS::Serverless::Function") {
		if at(f, "Condition") == nil && !strings.Contains(body, "${"+name+"}") {
			t.Errorf("the dashboard does not show %s", name)
		}
	}
}
