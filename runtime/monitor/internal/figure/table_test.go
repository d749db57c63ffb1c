package figure

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// row returns what docs/monitoring.md says of a figure.
func row(f Figure) string {
	var labels []string
	for _, l := range f.Labels {
		labels = append(labels, fmt.Sprintf("`%s` / `%s`", l.Prometheus, l.OpenTelemetry))
	}
	return fmt.Sprintf("| `%s` | `%s` | %s | %s | %s |", f.Prometheus, f.OpenTelemetry, f.Unit, strings.Join(labels, ", "), f.Help)
}

// TestDocumented makes sure that each figure has its row in the docs. It prints what the
// table should be.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	var table []string
	missing := false
	for _, f := range append(All(), Duration, Wait) {
		table = append(table, row(f))
		missing = missing || !strings.Contains(string(page), row(f)+"\n")
	}
	if missing {
		t.Errorf("docs/monitoring.md must have\n%s", strings.Join(table, "\n"))
	}
}
