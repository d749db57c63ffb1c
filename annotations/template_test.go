package annotations_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
)

// describe lists the parts of a template with place (counted from the comment)
// and width: 'user:'@27+5 {id}@33+2.
func describe(template *annotations.Template) string {
	var parts []string
	for _, p := range template.Parts {
		text := "{" + strings.Join(p.Path, ".") + "}"
		if len(p.Path) == 0 {
			text = "'" + p.Literal + "'"
		}
		parts = append(parts, fmt.Sprintf("%s@%d+%d", text, p.Pos.Column-place.Column+1, p.Width))
	}
	return strings.Join(parts, " ")
}

func TestTemplates(t *testing.T) {
	for source, want := range map[string]string{
		`"user:{id}:{req.Lang}"`:    `'user:'@29+5 {id}@35+2 ':'@38+1 {req.Lang}@40+8`,
		`{id}`:                      `{id}@29+2`,
		`user:{id}`:                 `'user:'@28+5 {id}@34+2`,
		`"no parameter"`:            `'no parameter'@29+12`,
		`"{{{id}}}"`:                `'{'@29+2 {id}@32+2 '}'@35+2`,
		`"a{{b}}c"`:                 `'a{b}c'@29+7`,
		`"{{id}}"`:                  `'{id}'@29+6`,
		"`\\d {id}`":                `'\d '@29+3 {id}@33+2`,
		`"\"{id}\" {a.b.c}"`:        `'"'@29+2 {id}@32+2 '" '@35+3 {a.b.c}@39+5`,
		`"\u00e9\t\x41\101{é.取得}"`:  "'é\tAA'@29+16 {é.取得}@46+9",
		`"取得{id}"`:                  `'取得'@29+6 {id}@36+2`,
		`{a}{b}`:                    `{a}@29+1 {b}@32+1`,
		`"http://example.com/{id}"`: `'http://example.com/'@29+19 {id}@49+2`,
		`http://example.com/{id}`:   `'http://example.com/'@28+19 {id}@48+2`,
		`"\xff{id}"`:                "'\xff'@29+4 {id}@34+2",
	} {
		o := decodeFine(t, "//bunsui:cached ttl=60 key="+source)
		if o.Key.Template == nil || o.Key.Name.Set() || !o.Key.Set {
			t.Errorf("key=%s is no template but %+v", source, o.Key)
			continue
		}
		if got := describe(o.Key.Template); got != want {
			t.Errorf("key=%s is\n%s, want\n%s", source, got, want)
		}
	}
}

func TestKeyThatIsName(t *testing.T) {
	o := decodeFine(t, "//bunsui:cached ttl=60 key=keys.Of title=x{y}")
	if o.Key.Template != nil || o.Key.Name.Text != "keys.Of" || o.Key.Name.Pos.Column != place.Column+27 {
		t.Errorf("key=keys.Of is %+v", o.Key)
	}
	if got := describe(&o.Title); got != "'x'@42+1 {y}@44+1" {
		t.Errorf("title=x{y} is %s", got)
	}
}
