package adopt

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestEdits adopts and ejects the files in testdata/edits.txtar, also with
// Windows' line ends, with a byte order mark, and without a newline at the end.
func TestEdits(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/edits.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		in, out := string(archive.Files[i].Data), string(archive.Files[i+1].Data)
		t.Run(path.Dir(archive.Files[i].Name), func(t *testing.T) {
			roundTrip(t, in, out)
			roundTrip(t, strings.ReplaceAll(in, "\n", "\r\n"), strings.ReplaceAll(out, "\n", "\r\n"))
			roundTrip(t, "\ufeff"+in, "\ufeff"+out)
			roundTrip(t, strings.TrimSuffix(in, "\n"), strings.TrimSuffix(out, "\n"))
		})
	}
}

func roundTrip(t *testing.T, in, out string) {
	t.Helper()
	before := parsed(t, in)
	names := newNames(before.unit)
	var edits []edit
	for _, fn := range before.functions {
		if r := refuse(fn, []*function{fn}); r != nil {
			t.Fatalf("%s: %s", fn.symbol, r.why)
		}
		chosen := names.take(fn, false)
		directive := "//bunsui:profile"
		if chosen.as != "" {
			directive += " as=" + chosen.as
		}
		more, err := adopting(before, fn.decl, chosen.name, []string{directive})
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, more...)
	}
	adopted := string(apply(before.content, edits))
	if diff := cmp.Diff(out, adopted); diff != "" {
		t.Errorf("adopted (-want +got):\n%s", diff)
	}
	after := parsed(t, adopted)
	edits = nil
	for _, fn := range after.functions {
		_, name, _ := strings.Cut("."+fn.wrapper(), ".")
		edits = append(edits, ejecting(after, fn.decl, name[strings.LastIndexByte(name, '.')+1:])...)
	}
	if diff := cmp.Diff(in, string(apply(after.content, edits))); diff != "" {
		t.Errorf("ejected (-want +got):\n%s", diff)
	}
}

func parsed(t *testing.T, content string) *file {
	t.Helper()
	folder := &folder{listed: listed{Name: "p", ImportPath: "example.com/p"}}
	u := &unit{folder: folder, functions: make(map[string][]*function)}
	f := &file{path: "p.go"}
	f.parse([]byte(content))
	if f.broken != nil {
		t.Fatal(f.broken)
	}
	u.add(f)
	return f
}

// TestOriginalLine follows lines through edits that add and remove some.
func TestOriginalLine(t *testing.T) {
	content := []byte("1\n2\n3\n4\n5\n")
	edits := []edit{{2, 2, "a\nb\n"}, {3, 3, "x"}, {4, 8, ""}} // before 2; in 2; 3 and 4
	if got, want := string(apply(content, edits)), "1\na\nb\n2x\n5\n"; got != want {
		t.Fatalf("apply: %q, want %q", got, want)
	}
	for line, want := range map[int]int{1: 1, 2: 2, 3: 2, 4: 2, 5: 5} {
		if got := originalLine(content, edits, line); got != want {
			t.Errorf("line %d was %d, want %d", line, got, want)
		}
	}
}

// TestReadings tells how a name is understood.
func TestReadings(t *testing.T) {
	for name, want := range map[string][]reading{
		"GetUser":                       {{".", "GetUser"}},
		"Store.GetUser":                 {{".", "Store.GetUser"}, {"Store", "GetUser"}},
		"(*Store).GetUser":              {{".", "Store.GetUser"}, {"Store", "GetUser"}},
		"./GetUser":                     {{".", "GetUser"}},
		"./store.GetUser":               {{"./store", "GetUser"}, {".", "store.GetUser"}},
		"../a/store.Store.GetUser":      {{"../a/store.Store", "GetUser"}, {"../a/store", "Store.GetUser"}},
		"gopkg.in/yaml.v3.Unmarshal":    {{"gopkg.in/yaml.v3", "Unmarshal"}, {"gopkg.in/yaml", "v3.Unmarshal"}},
		"example.com/m.Store.GetUser":   {{"example.com/m.Store", "GetUser"}, {"example.com/m", "Store.GetUser"}},
		"example.com/m/GetUser":         nil,
		"":                              nil,
		"store.":                        nil,
		"example.com/store.(*Store).Do": {{"example.com/store.Store", "Do"}, {"example.com/store", "Store.Do"}},
	} {
		if diff := cmp.Diff(want, readings(name), cmp.AllowUnexported(reading{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
