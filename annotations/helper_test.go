package annotations_test

import (
	"fmt"
	"go/token"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
)

// common are options that several directives share.
type common struct {
	As string `bunsui:"as" doc:"The wrapper's name."`
}

// cachedOptions has an option of every kind but calls.
type cachedOptions struct {
	common

	TTL      annotations.Duration   `bunsui:"ttl,required,forever" doc:"How long a result is kept." also:"expiry,expires"`
	Idle     annotations.Duration   `bunsui:"idle" doc:"How long it is kept unused."`
	Key      annotations.Key        `bunsui:"key" doc:"What tells results apart."`
	Entries  annotations.Count      `bunsui:"max_entries,none" default:"10_000" doc:"How many are kept."`
	Limit    annotations.Count      `bunsui:"load_limit" doc:"How many loads run at once."`
	Bytes    annotations.Size       `bunsui:"max_bytes" doc:"How much is kept."`
	Jitter   annotations.Percent    `bunsui:"jitter" default:"0.5%" doc:"By how much the ttl varies."`
	Receiver string                 `bunsui:"receiver" enum:"ignore,instance,key" doc:"What the receiver is."`
	Alias    bool                   `bunsui:"alias" doc:"Results are | meant to be shared."`
	Skip     []annotations.Param    `bunsui:"skip" doc:"What is left out."`
	Main     annotations.Param      `bunsui:"main" doc:"What counts."`
	When     annotations.Name       `bunsui:"when" doc:"Whether to keep."`
	RetryOn  []annotations.Name     `bunsui:"retry_on" doc:"Which errors."`
	Tags     []string               `bunsui:"tags" doc:"Words."`
	Copy     annotations.Toggle     `bunsui:"copy" doc:"Whether results are copied."`
	Labels   []annotations.Template `bunsui:"labels" doc:"Texts."`
	Title    annotations.Template   `bunsui:"title" doc:"A text."`

	_ int // an unexported field is no option
}

// putOptions has calls.
type putOptions struct {
	Calls  []annotations.Call `bunsui:"wrapper,required" doc:"What to invalidate."`
	Strict bool               `bunsui:"strict" doc:"Whether errors count."`
}

func schemaOf(t testing.TB, name string, options any) *annotations.Schema {
	t.Helper()
	s, err := annotations.SchemaOf(name, "Keeps results.\n\nMore about it.", options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// place is where the tests put their comments: behind a tab.
var place = token.Position{Filename: "user.go", Offset: 100, Line: 9, Column: 2}

// decode parses and decodes a comment and returns all problems, each as
// "COLUMN underlined: message", with columns counted from the comment.
func decode(t testing.TB, s *annotations.Schema, comment string) (any, []string) {
	t.Helper()
	a, problems := annotations.Parse(place, comment)
	options, more := s.Decode(a)
	return options, brief(t, comment, append(problems, more...))
}

func brief(t testing.TB, comment string, problems diag.List) []string {
	t.Helper()
	var texts []string
	for _, p := range problems.Sorted() {
		at := p.Pos.Column - place.Column
		if p.Pos.Offset-place.Offset != at || p.Pos.Line != place.Line || p.Pos.Filename != place.Filename {
			t.Errorf("%s: place %v (offset %d) does not fit", comment, p.Pos, p.Pos.Offset)
		}
		shown := ""
		if at >= 0 && at <= len(comment) {
			shown = comment[at:min(len(comment), at+p.Width)]
		}
		texts = append(texts, fmt.Sprintf("%d %s: %s", at+1, shown, p.Message))
		checkStyle(t, p)
	}
	return texts
}

// checkStyle holds every diagnostic to the rules for messages.
func checkStyle(t testing.TB, p diag.Diagnostic) {
	t.Helper()
	if strings.HasSuffix(p.Message, ".") {
		t.Errorf("message %q ends with a dot", p.Message)
	}
	checkForm(t, p)
}

// checkForm holds also diagnostics that quote any text at all to what must be.
func checkForm(t testing.TB, p diag.Diagnostic) {
	t.Helper()
	if p.Message == "" || strings.Contains(p.Message, "\n") {
		t.Errorf("message %q is not one line", p.Message)
	}
	if p.Width < 1 {
		t.Errorf("%q underlines nothing", p.Message)
	}
	if !strings.HasPrefix(p.Rule, "bunsui") {
		t.Errorf("%q has rule %q", p.Message, p.Rule)
	}
	if n := len(p.Notes); n == 0 || !strings.HasPrefix(p.Notes[n-1], "see: bunsuigen explain") {
		t.Errorf("%q has notes %q, want the last to tell where to read more", p.Message, p.Notes)
	}
}
