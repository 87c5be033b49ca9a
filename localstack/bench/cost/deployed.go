package cost

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.yaml.in/yaml/v3"
)

// Deployed is what template.yaml deploys, as far as it is paid for.
type Deployed struct {
	Tables map[string]*dynamodb.CreateTableInput // as SessionsTable; TableName is not set
	Memory map[string]float64                    // MB of each function, by the name of its folder
	Routes []Route
	Queues int            // that functions wait at
	Kinds  map[string]int // how many resources of a type a new stack has by default
}

// Route is a route of the API, and the function that answers it.
type Route struct{ Method, Path, Function string }

// properties of the template that count here. JSON finds them without tags, and DynamoDB's SDK calls them as CloudFormation does.
type properties struct {
	CodeURI    string
	MemorySize float64
	Events     map[string]struct {
		Type       string
		Properties struct{ Method, Path string }
	}
}

// ReadTemplate reads a template of SAM.
func ReadTemplate(path string) (*Deployed, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Globals   struct{ Function properties }
		Resources map[string]struct {
			Type, Condition string
			Properties      any
		}
	}
	var plain any
	if err := yaml.Unmarshal(data, &plain); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := convert(plain, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	d := &Deployed{Tables: map[string]*dynamodb.CreateTableInput{}, Memory: map[string]float64{}, Kinds: map[string]int{}}
	for name, r := range doc.Resources {
		if r.Condition == "" || r.Condition == "AuditWatch" || strings.HasPrefix(r.Condition, "New") { // conditions that hold unless parameters say otherwise
			d.Kinds[r.Type]++
		}
		switch r.Type {
		case "AWS::DynamoDB::Table":
			d.Tables[name], err = tableOf(r.Properties)
		case "AWS::Serverless::Function":
			err = d.addFunction(r.Properties, doc.Globals.Function.MemorySize)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, name, err)
		}
	}
	return d, nil
}

// tableOf is a table as far as local engines know it.
func tableOf(from any) (*dynamodb.CreateTableInput, error) {
	var t struct {
		AttributeDefinitions   []types.AttributeDefinition
		KeySchema              []types.KeySchemaElement
		GlobalSecondaryIndexes []types.GlobalSecondaryIndex
	}
	err := convert(from, &t)
	return &dynamodb.CreateTableInput{BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: t.AttributeDefinitions, KeySchema: t.KeySchema,
		GlobalSecondaryIndexes: t.GlobalSecondaryIndexes}, err
}

func (d *Deployed) addFunction(from any, memory float64) error {
	var f properties
	if err := convert(from, &f); err != nil {
		return err
	}
	name := strings.TrimPrefix(f.CodeURI, "dist/")
	for _, e := range f.Events {
		switch e.Type {
		case "SQS":
			d.Queues++
		case "Api":
			d.Routes = append(d.Routes, Route{e.Properties.Method, e.Properties.Path, name})
		}
	}
	d.Memory[name] = cmp.Or(f.MemorySize, memory)
	return nil
}

// Invocation is one of a function of the template, which took so many seconds of a whole processor and waited for so many.
// It begins a trace, and leaves what Lambda and the function write about each.
func (d *Deployed) Invocation(function string, processor, waited float64) Usage {
	return Lambda(d.Memory[function], processor, waited).Plus(Usage{Trace: 1, LogData: logBytes / 1e9})
}

// logBytes are the lines of Lambda and of ours about an invocation: assumed, and not measured.
const logBytes = 1500

// convert fills to with what it has a place for.
func convert(from, to any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}
