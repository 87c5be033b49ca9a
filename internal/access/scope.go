package access

import (
	"encoding/json"
	"errors"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// scopeClaim limits a person to some servers or accounts: {"serverName":["web-"],"account":["\"ubuntu\""]}, as an
// object or as the text of one. Terms are those of a search; several of one column are any of them, the columns
// must all be answered.
const scopeClaim = "tapedeck_scope"

var errScope = errors.New("its " + scopeClaim + " cannot be read")

// parseScope reads the claim of that name. A claim that is there and limits nothing, null too, is an error: nobody
// sees all by mistake.
func parseScope(claims map[string]any) ([]session.Condition, error) {
	claim, there := claims[scopeClaim]
	if !there {
		return nil, nil
	}
	if text, ok := claim.(string); ok {
		claim = nil
		if json.Unmarshal([]byte(text), &claim) != nil {
			return nil, errScope
		}
	}
	columns, ok := claim.(map[string]any)
	if !ok || len(columns) == 0 {
		return nil, errScope
	}
	var scope []session.Condition
	for _, c := range []session.Column{"serverName", "account"} {
		v, there := columns[string(c)]
		if !there {
			continue
		}
		condition, err := scopeCondition(c, v)
		if err != nil {
			return nil, err
		}
		scope = append(scope, condition)
	}
	if len(scope) != len(columns) {
		return nil, errScope
	}
	return scope, nil
}

func scopeCondition(c session.Column, v any) (session.Condition, error) {
	condition := session.Condition{Column: c}
	list, ok := v.([]any)
	if !ok || len(list) == 0 || len(list) > session.MaxTerms {
		return condition, errScope
	}
	for _, e := range list {
		text, _ := e.(string)
		term, ok, err := session.ParseTerm(c, text)
		if err != nil || !ok || match.Fold(term.Text) == "" {
			return condition, errScope
		}
		condition.Terms = append(condition.Terms, term)
	}
	return condition, nil
}
