package annotations_test

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected problems anew")

// TestProblems checks every message of the language, with its place, against
// testdata/problems.txt.
func TestProblems(t *testing.T) {
	const path = "testdata/problems.txt"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A checkout with CRLF line ends is as good as any.
	want := strings.ReplaceAll(string(content), "\r\n", "\n")
	var got strings.Builder
	for _, line := range strings.SplitAfter(want, "\n") {
		switch {
		case strings.HasPrefix(line, "\t"):
		case strings.HasPrefix(line, "//"):
			got.WriteString(line + problemsOf(t, strings.TrimSuffix(line, "\n")))
		default:
			got.WriteString(line)
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	reportDifference(t, want, got.String())
}

// problemsOf returns the problems of a directive, one a line, and makes sure
// that neither a CRLF line end nor blanks at the end change them.
func problemsOf(t *testing.T, comment string) string {
	t.Helper()
	schema := schemaOf(t, "cached", cachedOptions{})
	if strings.HasPrefix(comment, "//bunsui:put") {
		schema = schemaOf(t, "put", putOptions{})
	}
	_, problems := decode(t, schema, comment)
	if len(problems) == 0 {
		t.Errorf("%s: no problem", comment)
	}
	for _, end := range []string{"\r", " ", "\t \r", "\n", "\r\n// more"} {
		_, again := decode(t, schema, comment+end)
		if strings.Join(again, "\n") != strings.Join(problems, "\n") {
			t.Errorf("%s: with %q at its end the problems are %q, want %q", comment, end, again, problems)
		}
	}
	var b strings.Builder
	for _, p := range problems {
		b.WriteString("\t" + p + "\n")
	}
	return b.String()
}

func reportDifference(t *testing.T, want, got string) {
	t.Helper()
	wants, gots := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(wants), len(gots)) {
		var w, g string
		if i < len(wants) {
			w = wants[i]
		}
		if i < len(gots) {
			g = gots[i]
		}
		if w != g {
			t.Fatalf("testdata/problems.txt line %d:\n got %s\nwant %s", i+1, g, w)
		}
	}
}
