package annotations_test

import (
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
)

func TestSchemaOf(t *testing.T) {
	s := schemaOf(t, "cached", cachedOptions{})
	var got []string
	for _, o := range s.Options {
		got = append(got, o.Name+" "+o.Kind)
	}
	want := "ttl duration, idle duration, key template or name, max_entries count, load_limit count, max_bytes size, jitter percent, " +
		"receiver enum, alias flag, skip list of parameters, main parameter, when name, retry_on list of names, tags list, copy flag or name, labels list of templates, title template, as text"
	if strings.Join(got, ", ") != want {
		t.Errorf("options are %s, want %s", strings.Join(got, ", "), want)
	}
	ttl := s.Option("ttl")
	if !ttl.Required || !ttl.Forever || ttl.None || ttl.Doc != "How long a result is kept." || len(ttl.Also) != 2 {
		t.Errorf("ttl is %+v", ttl)
	}
	if o := s.Option("receiver"); strings.Join(o.Values, " ") != "ignore instance key" || o.Required {
		t.Errorf("receiver is %+v", o)
	}
	if s.Option("ignored") != nil || s.Option("") != nil {
		t.Error("found an option that is not there")
	}
	if s.Name != "cached" || s.Summary() != "Keeps results." {
		t.Errorf("schema is %q with summary %q", s.Name, s.Summary())
	}
}

func TestSchemaErrors(t *testing.T) {
	for want, options := range map[string]any{
		"options are a struct value, not *struct": &struct{}{},
		"options are a struct value, not <nil>":   nil,
		"field A: no bunsui tag":                  struct{ A bool }{},
		`field A: "A b" is no name for an option`: struct {
			A bool `bunsui:"A b"`
		}{},
		`field B: option "a" exists already`: struct {
			A bool `bunsui:"a"`
			B bool `bunsui:"a"`
		}{},
		"field A: type float64 is no kind of value": struct {
			A float64 `bunsui:"a"`
		}{},
		`field A: unknown word "requierd" in the bunsui tag`: struct {
			A string `bunsui:"a,requierd"`
		}{},
		`field A: a count cannot be "forever"`: struct {
			A annotations.Count `bunsui:"a,forever"`
		}{},
		`field A: a duration cannot be "none"`: struct {
			A annotations.Duration `bunsui:"a,none"`
		}{},
		"field A: an enum is a string, not a flag": struct {
			A bool `bunsui:"a" enum:"x,y"`
		}{},
		"field A: an empty value in the enum tag": struct {
			A string `bunsui:"a" enum:"x,"`
		}{},
		"field A: a required option has no default": struct {
			A string `bunsui:"a,required" default:"x"`
		}{},
		"field A: a flag cannot be required": struct {
			A bool `bunsui:"a,required"`
		}{},
		`field A: default "z" is not in the enum`: struct {
			A string `bunsui:"a" enum:"x,y" default:"z"`
		}{},
	} {
		if _, err := annotations.SchemaOf("cached", "", options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("SchemaOf(%T) returned error %v, want %s", options, err, want)
		}
	}
	if _, err := annotations.SchemaOf("Cached", "", struct{}{}); err == nil {
		t.Error("SchemaOf took an upper-case name")
	}
}

// TestDecodeIsFresh makes sure that two runs share nothing.
func TestDecodeIsFresh(t *testing.T) {
	s := schemaOf(t, "cached", cachedOptions{})
	first, _ := decode(t, s, "//bunsui:cached ttl=1 skip=a")
	second, _ := decode(t, s, "//bunsui:cached ttl=2 idle=3")
	if o := second.(*cachedOptions); first == second || o.Skip != nil || !o.Idle.Set {
		t.Errorf("a second run decoded %+v", o)
	}
}

func TestNotes(t *testing.T) {
	s := schemaOf(t, "put", putOptions{})
	cached := schemaOf(t, "cached", struct {
		TTL      annotations.Duration `bunsui:"ttl,required,forever"`
		Receiver string               `bunsui:"receiver" enum:"ignore,key"`
	}{})
	for comment, want := range map[string]string{
		"//bunsui:cached tll=1":                "options: ttl (required), receiver; see: bunsuigen explain cached",
		"//bunsui:cached":                      "options: ttl (required), receiver; see: bunsuigen explain cached",
		"//bunsui:cached ttl=0":                "ttl takes a duration such as 60, 90s, 1h30m or 2d, or forever; see: bunsuigen explain cached",
		"//bunsui:cached ttl=1 receiver=kye":   "values: ignore, key; see: bunsuigen explain cached",
		"//bunsui:cached ttl=1 receiver=other": "see: bunsuigen explain cached",
		"//bunsui:put":                         "options: GetUser(id=u.ID) (required), strict; see: bunsuigen explain put",
	} {
		a, problems := annotations.Parse(place, comment)
		schema := cached
		if a.Name == "put" {
			schema = s
		}
		_, more := schema.Decode(a)
		problems = append(problems, more...)
		if len(problems) != 1 || strings.Join(problems[0].Notes, "; ") != want {
			t.Errorf("%s: problems are %+v, want one with notes %s", comment, problems, want)
		}
	}
}
