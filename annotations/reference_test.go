package annotations_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bunsui/bunsui-go/annotations"
)

func schemas(t *testing.T) []*annotations.Schema {
	t.Helper()
	cached, err := annotations.SchemaOf("cached", "Keeps the results of a function.\n\n# Keys\n\n```go\n# no heading\n```\n\n## More", cachedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := annotations.SchemaOf("plain", "Has a | in its summary and is described by a summary so long that it takes more than one line.", struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	return []*annotations.Schema{cached, schemaOf(t, "put", putOptions{}), plain}
}

func TestDocumentation(t *testing.T) {
	list := schemas(t)
	var explained strings.Builder
	for _, s := range list {
		explained.WriteString(s.Explain() + "\n")
	}
	for path, got := range map[string]string{
		"testdata/reference.md": annotations.Reference(list),
		"testdata/explain.txt":  explained.String(),
		"testdata/overview.txt": annotations.Overview(list),
	} {
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
			t.Errorf("%s (-want +got; go test ./annotations -update writes it anew):\n%s", path, diff)
		}
	}
}

func TestDocumentationIsStable(t *testing.T) {
	first, second := schemas(t), schemas(t)
	if annotations.Reference(first) != annotations.Reference(second) || annotations.Overview(first) != annotations.Overview(second) {
		t.Error("two runs differ")
	}
	if text := annotations.Reference(nil); !strings.HasPrefix(text, "# Annotations\n") {
		t.Errorf("without directives the page is %q", text)
	}
}
