package annotations_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/annotations"
)

// decodeFine decodes a directive that has no problem.
func decodeFine(t *testing.T, comment string) *cachedOptions {
	t.Helper()
	options, problems := decode(t, schemaOf(t, "cached", cachedOptions{}), comment)
	if len(problems) > 0 {
		t.Errorf("%s: unexpected problems %q", comment, problems)
	}
	return options.(*cachedOptions)
}

func TestDurations(t *testing.T) {
	day := 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"60": time.Minute, "1": time.Second, "0.5": 500 * time.Millisecond, "1_000": 1000 * time.Second,
		"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "2d": 2 * day, "1d12h": 36 * time.Hour,
		"1.5h": 90 * time.Minute, "250ms": 250 * time.Millisecond, "10us": 10 * time.Microsecond,
		"10µs": 10 * time.Microsecond, "10μs": 10 * time.Microsecond, "1ns": 1, "0.001us": 1, "30m1h": 90 * time.Minute,
		"106751d": 106751 * day, "9223372036854775806ns": math.MaxInt64 - 1, `"60"`: time.Minute, "`2d`": 2 * day,
	} {
		o := decodeFine(t, "//bunsui:cached ttl="+text)
		if want := (annotations.Duration{Value: want, Set: true}); o.TTL != want {
			t.Errorf("ttl=%s is %v, want %v", text, o.TTL, want)
		}
	}
}

func TestDurationWords(t *testing.T) {
	if o := decodeFine(t, "//bunsui:cached ttl=forever"); !o.TTL.Forever || !o.TTL.Set || o.TTL.Name.Set() {
		t.Errorf("ttl=forever is %+v", o.TTL)
	}
	for _, name := range []string{"userTTL", "config.TTL", "_ttl", "寿命", "Forever", "d2"} {
		o := decodeFine(t, "//bunsui:cached ttl="+name)
		if o.TTL.Name.Text != name || o.TTL.Value != 0 || o.TTL.Name.Pos.Column != place.Column+20 {
			t.Errorf("ttl=%s is %+v", name, o.TTL)
		}
	}
	if o := decodeFine(t, "//bunsui:cached ttl=1"); o.Idle != (annotations.Duration{}) {
		t.Errorf("an option not given is %+v", o.Idle)
	}
}

func TestToggles(t *testing.T) {
	for text, want := range map[string]annotations.Toggle{"": {}, " copy": {On: true}, " copy=true": {On: true}, " copy=false": {}} {
		if o := decodeFine(t, "//bunsui:cached ttl=1"+text); o.Copy != want {
			t.Errorf("%q is %+v, want %+v", text, o.Copy, want)
		}
	}
	o := decodeFine(t, "//bunsui:cached ttl=1 copy=users.Clone")
	if !o.Copy.On || o.Copy.Name.Text != "users.Clone" || o.Copy.Name.Pos.Column != place.Column+27 {
		t.Errorf("copy=users.Clone is %+v", o.Copy)
	}
	_, problems := decode(t, schemaOf(t, "cached", cachedOptions{}), "//bunsui:cached ttl=1 copy=a.b.c copy")
	if want := "28 .b.c"; len(problems) != 2 {
		t.Errorf("got %q, want 2 problems such as %q", problems, want)
	}
}

func TestTemplateLists(t *testing.T) {
	o := decodeFine(t, `//bunsui:cached ttl=1 labels="org:{req.Org}, all"`)
	if len(o.Labels) != 2 || o.Labels[0].Text != "org:{req.Org}" || o.Labels[1].Text != "all" || len(o.Labels[0].Parts) != 2 {
		t.Fatalf("labels are %+v", o.Labels)
	}
	if got, want := o.Labels[0].Parts[1].Pos.Column, place.Column+35; got != want {
		t.Errorf("the path stands in column %d, want %d", got, want)
	}
	for comment, want := range map[string]int{
		`//bunsui:cached ttl=1 labels="{a},{b"`: 1, `//bunsui:cached ttl=1 labels="a,a,"`: 2, `//bunsui:cached ttl=1 labels`: 1,
	} {
		if _, problems := decode(t, schemaOf(t, "cached", cachedOptions{}), comment); len(problems) != want {
			t.Errorf("%s: %q, want %d problems", comment, problems, want)
		}
	}
}

func TestCounts(t *testing.T) {
	for text, want := range map[string]int{
		"100": 100, "1": 1, "10_000": 10_000, "10k": 10_000, "2M": 2_000_000, "1.5k": 1500, "2147483647": math.MaxInt32,
	} {
		o := decodeFine(t, "//bunsui:cached ttl=1 max_entries="+text)
		if want := (annotations.Count{N: want, Set: true}); o.Entries != want {
			t.Errorf("max_entries=%s is %+v, want %+v", text, o.Entries, want)
		}
	}
	if o := decodeFine(t, "//bunsui:cached ttl=1 max_entries=none"); o.Entries != (annotations.Count{None: true, Set: true}) {
		t.Errorf("max_entries=none is %+v", o.Entries)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"1B": 1, "500kB": 500e3, "3MB": 3e6, "1GB": 1e9, "2TB": 2e12, "1KiB": 1024, "64MiB": 64 << 20,
		"0.5KiB": 512, "1GiB": 1 << 30, "1_0TiB": 10 << 40, "8388607TiB": 8388607 << 40, "9223372036854775807B": math.MaxInt64,
	} {
		o := decodeFine(t, "//bunsui:cached ttl=1 max_bytes="+text)
		if want := (annotations.Size{Bytes: want, Set: true}); o.Bytes != want {
			t.Errorf("max_bytes=%s is %+v, want %+v", text, o.Bytes, want)
		}
	}
}

func TestPercentages(t *testing.T) {
	for text, want := range map[string]float64{
		"10%": 0.1, "0.1": 0.1, "100%": 1, "0.5%": 0.005, ".25": 0.25, "0.999": 0.999,
	} {
		o := decodeFine(t, "//bunsui:cached ttl=1 jitter="+text)
		if want := (annotations.Percent{Fraction: want, Set: true}); o.Jitter != want {
			t.Errorf("jitter=%s is %+v, want %+v", text, o.Jitter, want)
		}
	}
}

func TestWords(t *testing.T) {
	o := decodeFine(t, "//bunsui:cached ttl=1 receiver=instance alias as=GetUserCached main=id when=pkg.isEmpty")
	if o.Receiver != "instance" || !o.Alias || o.As != "GetUserCached" || o.Main.Name != "id" {
		t.Errorf("decoded %+v", o)
	}
	if o.When.Qualifier() != "pkg" || o.When.Ident() != "isEmpty" || !o.When.Set() {
		t.Errorf("name %+v has qualifier %q and identifier %q", o.When, o.When.Qualifier(), o.When.Ident())
	}
	if o := decodeFine(t, "//bunsui:cached ttl=1 alias=false when=isEmpty"); o.Alias || o.When.Qualifier() != "" || o.When.Ident() != "isEmpty" {
		t.Errorf("decoded %+v", o)
	}
	if o := decodeFine(t, "//bunsui:cached ttl=1 alias=true as=`two words`"); !o.Alias || o.As != "two words" {
		t.Errorf("decoded %+v", o)
	}
}

func TestLists(t *testing.T) {
	o := decodeFine(t, `//bunsui:cached ttl=1 skip=a,b retry_on="ErrA, pkg.ErrB" tags=x`)
	got := fmt.Sprint(o.Tags)
	for _, p := range o.Skip {
		got += fmt.Sprintf(" %s@%d", p.Name, p.Pos.Column-place.Column+1)
	}
	for _, n := range o.RetryOn {
		got += fmt.Sprintf(" %s@%d", n.Text, n.Pos.Column-place.Column+1)
	}
	if want := "[x] a@28 b@30 ErrA@42 pkg.ErrB@48"; got != want {
		t.Errorf("lists are %s, want %s", got, want)
	}
}

func TestCalls(t *testing.T) {
	s := schemaOf(t, "put", putOptions{})
	comment := `//bunsui:put GetUser(id=u.ID) strict pkg.Type.Get[ int, map[string]T ]( key = f("a, b)", '\'') , n=[]int{1, 2}, ) ListUsers()`
	options, problems := decode(t, s, comment)
	if len(problems) > 0 {
		t.Fatalf("unexpected problems %q", problems)
	}
	o := options.(*putOptions)
	got := ""
	for _, call := range o.Calls {
		got += fmt.Sprintf("%s@%d", call.Name.Text, call.Name.Pos.Column-place.Column+1)
		for _, e := range call.TypeArgs {
			got += fmt.Sprintf(" [%s]@%d", e.Text, e.Pos.Column-place.Column+1)
		}
		for _, a := range call.Args {
			got += fmt.Sprintf(" %s@%d=%s@%d", a.Param.Name, a.Param.Pos.Column-place.Column+1, a.Expr.Text, a.Expr.Pos.Column-place.Column+1)
		}
		got += "; "
	}
	want := `GetUser@14 id@22=u.ID@25; pkg.Type.Get@38 [int]@52 [map[string]T]@57 key@73=f("a, b)", '\'')@79 n@98=[]int{1, 2}@100; ListUsers@115; `
	if got != want {
		t.Errorf("calls are\n%s, want\n%s", got, want)
	}
	if !o.Strict {
		t.Error("the flag between the calls was lost")
	}
}

func TestSingleCall(t *testing.T) {
	s := schemaOf(t, "one", struct {
		Call annotations.Call `bunsui:"wrapper,required"`
	}{})
	_, problems := decode(t, s, "//bunsui:one A() B()")
	want := "18 B: a second wrapper, the first is in column 15: only one is possible"
	if len(problems) != 1 || problems[0] != want {
		t.Errorf("problems %q, want %q", problems, want)
	}
}

func TestBareCalls(t *testing.T) {
	type options struct {
		Calls []annotations.Call `bunsui:"wrapper,bare"`
		After string             `bunsui:"after" enum:"success,always"`
		Value []annotations.Path `bunsui:"value"`
	}
	schema := schemaOf(t, "put", options{})
	decoded, problems := decode(t, schema, "//bunsui:put GetUser store.GetItem[map[string]User] load ListUsers() value=u,resp.User")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := decoded.(*options)
	var calls []string
	for _, c := range got.Calls {
		calls = append(calls, fmt.Sprintf("%s/%d/%v", c.Name.Text, len(c.TypeArgs), c.Bare))
	}
	if want := "[GetUser/0/true store.GetItem/1/true load/0/true ListUsers/0/false]"; fmt.Sprint(calls) != want {
		t.Errorf("got %v, want %s", calls, want)
	}
	if len(got.Value) != 2 || got.Value[1].Text() != "resp.User" {
		t.Errorf("value is %v", got.Value)
	}
	for text, want := range map[string]string{
		"//bunsui:put aftr":              `14 aftr: unknown option "aftr" (did you mean "after"?)`,
		"//bunsui:put a.b.c.D":           `19 .D: a wrapper is Name, Type.Name, pkg.Name or pkg.Type.Name`,
		"//bunsui:put GetUser value=u..": "30 .",
	} {
		_, problems := decode(t, schema, text)
		if len(problems) != 1 || !strings.HasPrefix(problems[0], want) {
			t.Errorf("%s: got %q, want %q", text, problems, want)
		}
	}
}
