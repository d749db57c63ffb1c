package generator_test

import (
	"go/token"
	"regexp"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator/all"
)

// TestDirectivesConform checks what every directive must bring along: documentation,
// and golden cases. Each option must be used in a case that succeeds, and be what an
// error of another case is about.
func TestDirectivesConform(t *testing.T) {
	cases := readCases(t)
	for _, schema := range all.Schemas() {
		t.Run(schema.Name, func(t *testing.T) {
			checkDocumented(t, schema)
			checkCases(t, schema, cases)
		})
	}
}

// TestLayersConform checks the names that decorators give to functions.
func TestLayersConform(t *testing.T) {
	layers := make(map[string]string)
	for _, d := range all.Decorators() {
		if other, taken := layers[d.Layer]; taken || !token.IsExported(d.Layer) {
			t.Errorf("layer %q of %s: want an exported name that no other decorator has (%s)", d.Layer, d.Schema.Name, other)
		}
		layers[d.Layer] = d.Schema.Name
	}
}

func checkDocumented(t *testing.T, schema *annotations.Schema) {
	t.Helper()
	if !regexp.MustCompile(`^[a-z]+$`).MatchString(schema.Name) {
		t.Errorf("the name of a directive is lower case: %q", schema.Name)
	}
	summary, rest, _ := strings.Cut(schema.Doc, "\n")
	if !isSentence(summary) || !strings.Contains(rest, "//bunsui:"+schema.Name) {
		t.Errorf("doc.md: want a sentence in the first line and an example below, got %q", summary)
	}
	for _, o := range schema.Options {
		if !isSentence(o.Doc) {
			t.Errorf("option %s: want a sentence, got %q", o.Name, o.Doc)
		}
	}
}

func isSentence(s string) bool {
	return s != "" && strings.HasSuffix(s, ".") && strings.ToUpper(s[:1]) == s[:1]
}

func checkCases(t *testing.T, schema *annotations.Schema, cases []*goldenCase) {
	t.Helper()
	used, refused := make(map[string]bool), make(map[string]bool)
	own := false
	for _, c := range cases {
		if c.wantsErrors() {
			c.markRefused(schema, refused)
			continue
		}
		own = c.markUsed(schema.Name, used) && strings.HasPrefix(c.name, schema.Name+"/") || own
	}
	if !own {
		t.Errorf("no case in testdata/golden/%s succeeds", schema.Name)
	}
	for _, o := range schema.Options {
		if !used[o.Name] {
			t.Errorf("no golden case that succeeds uses option %s", o.Name)
		}
		if !refused[o.Name] {
			t.Errorf("no error of a golden case is about option %s", o.Name)
		}
	}
}

// markUsed notes the options of the directives of one decorator, and tells
// whether there is such a directive.
func (c *goldenCase) markUsed(name string, used map[string]bool) bool {
	found := false
	for _, f := range c.archive.Files {
		if strings.HasPrefix(f.Name, "want/") {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			line = strings.TrimSpace(line)
			if !annotations.IsDirective(line) {
				continue
			}
			a, _ := annotations.Parse(token.Position{}, line)
			if a.Name != name {
				continue
			}
			found = true
			for _, arg := range a.Args {
				used[arg.Key] = true
				if arg.Call != nil {
					used["wrapper"] = true // what a call is the value of
				}
			}
		}
	}
	return found
}

// markRefused notes the options that the first lines of errors name.
func (c *goldenCase) markRefused(schema *annotations.Schema, refused map[string]bool) {
	for _, f := range c.archive.Files {
		if f.Name != "want/stderr.txt" {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			_, message, ok := strings.Cut(line, ": bunsui:"+schema.Name+": ")
			if !ok || strings.HasPrefix(line, "\t") {
				continue
			}
			for _, word := range regexp.MustCompile(`\w+`).FindAllString(message, -1) {
				refused[word] = true
			}
		}
	}
}

// TestCasesSayWhatTheyShow keeps the cases readable for who comes next.
func TestCasesSayWhatTheyShow(t *testing.T) {
	for _, c := range readCases(t) {
		about, _, _ := strings.Cut(string(c.archive.Comment), "\n")
		if !strings.HasSuffix(about, ".") {
			t.Errorf("%s: want a line first that says what the case shows and ends in a dot, got %q", c.name, about)
		}
	}
}
