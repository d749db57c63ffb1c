package generator_test

import "testing"

// TestPatternWithoutKeys finds patterns that can match nothing, but only where the
// run sees the keys of the whole module.
func TestPatternWithoutKeys(t *testing.T) {
	const archive = `
-- go.mod --
module example.com/m

go 1.26.0
-- store/store.go --
package store

//bunsui:cached ttl=60 key="user:{id}"
func getUser(id string) int { return 0 }

//bunsui:cached ttl=60
func count(id string) int { return 0 }
-- api/api.go --
package api

//bunsui:invalidate pattern="usr:{id}*"
//bunsui:invalidate pattern="us*"
//bunsui:invalidate pattern="example.com/m/store.count:7"
//bunsui:invalidate pattern="example.com/m/store.getUsr:*"
func a(id string) error { return nil }
`
	root, _, problems := runModule(t, archive, []string{"./..."})
	want := `api/api.go:3:29: bunsui:invalidate: the pattern usr:{id}* matches no key of this module (did you mean "user:{id}"?)
api/api.go:6:29: bunsui:invalidate: the pattern example.com/m/store.getUsr:* matches no key of this module
`
	if got := headlines(root, problems); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if root, _, problems = runModule(t, archive, []string{"./api"}); len(problems) > 0 {
		t.Errorf("a run of one package knows too little, but says %s", headlines(root, problems))
	}
}
