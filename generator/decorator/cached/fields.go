package cached

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

func argIndex(fn *model.Func, name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(fn.Args(), func(p model.Param) bool { return p.Name == name })
}

func suggestParam(fn *model.Func, name string) string {
	var names []string
	for _, arg := range fn.Args() {
		if arg.Name != "" {
			names = append(names, arg.Name)
		}
	}
	if near := annotations.Suggest(name, names); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(" (it has %s)", strings.Join(names, ", "))
}

// initialisms are names that Go writes in capitals.
var initialisms = map[string]string{
	"id": "ID", "url": "URL", "uri": "URI", "ip": "IP", "uid": "UID", "uuid": "UUID", "api": "API", "sql": "SQL", "ok": "OK",
}

// exported makes an exported field name of a parameter's or field's name, or takes
// fallback.
func exported(name, fallback string) string {
	if capitals, ok := initialisms[name]; ok {
		return capitals
	}
	if field := decorator.Export(name); token.IsExported(field) {
		return field
	}
	return fallback
}

// unique returns a name that no field has yet, and takes it.
func unique(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprint(name, n)
	}
	taken[free] = true
	return free
}
