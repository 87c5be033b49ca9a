package internal_test

import (
	"fmt"
	"regexp"
	"testing"
)

func TestParametersAreDescribedAndBounded(t *testing.T) {
	parameters := load(t)["Parameters"].(node)
	for name, p := range parameters {
		bounded := at(p, "AllowedPattern") != nil || at(p, "AllowedValues") != nil || at(p, "MinValue") != nil && at(p, "MaxValue") != nil
		if at(p, "Description") == nil || !bounded {
			t.Errorf("%s: %v", name, p)
		}
		if pattern := at(p, "AllowedPattern"); pattern != nil {
			if _, err := regexp.Compile(fmt.Sprint(pattern)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if len(parameters) < 10 {
		t.Errorf("%d parameters", len(parameters))
	}
}
