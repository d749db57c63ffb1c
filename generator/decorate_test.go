package generator_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
)

// grown is a package with a decorated interface that embeds one of another package.
const grown = `
-- base/base.go --
package base

type Base interface{ Ping() string }
-- grown.go --
package grown

import "example.com/golden/grown/base"

//bunsui:decorate as=CachedStore
type Store interface {
	base.Base
	//bunsui:cached ttl=60
	Get(id int) int
}
`

// afterwards is what becomes of it, and a test that calls the new method.
const afterwards = `
-- base/base.go --
package base

type Base interface {
	Ping() string
	Pong(n int) int
}
-- grown_test.go --
package grown

import "testing"

type store struct{}

func (store) Ping() string   { return "ping" }
func (store) Pong(n int) int { return n + 1 }
func (store) Get(id int) int { return id }

func TestPong(t *testing.T) {
	if s := Store(NewCachedStore(nil, store{})); s.Pong(1) != 2 || s.Get(3) != 3 {
		t.Error("the method does not pass through")
	}
}
`

// TestDecorateLaterMethod gives an embedded interface one more method, and does not
// generate again.
func TestDecorateLaterMethod(t *testing.T) {
	c := &goldenCase{name: "grown", archive: txtar.Parse([]byte(grown))}
	root := writeModule(t, []*goldenCase{c})
	result, problems := run(t, root)
	if len(problems) > 0 || len(result.Outputs) != 1 {
		t.Fatalf("%d outputs, problems %s", len(result.Outputs), headlines(root, problems))
	}
	writeFile(t, result.Outputs[0].Path, result.Outputs[0].Content)
	for _, f := range txtar.Parse([]byte(afterwards)).Files {
		writeFile(t, filepath.Join(c.dir, filepath.FromSlash(f.Name)), f.Data)
	}
	goTool(t, root, "test", "./...")
}

// decoratedTargets is a module in which a package names the interface of another one,
// which is not generated for.
const decoratedTargets = `
-- go.mod --
module example.com/m

go 1.26.0
-- api/api.go --
package api

import _ "example.com/m/store"

//bunsui:invalidate store.Count(of=name) store.CachedUsers.Get(id=1)
func update(name string) error { return nil }
-- store/store.go --
package store

//bunsui:decorate as=CachedUsers
type Users interface {
	//bunsui:cached ttl=60
	//bunsui:profile
	Get(id int) (int, error)
	//bunsui:cached ttl=60
	Find(name string) (int, error)
}

//bunsui:cached ttl=60
func count(of string) (int, error) { return 0, nil }
`

// TestDecoratedOutsideOfPatterns refuses what only an instance knows, and nothing else
// of its package.
func TestDecoratedOutsideOfPatterns(t *testing.T) {
	root, _, problems := runModule(t, decoratedTargets, []string{"./api"})
	want := "api/api.go:5:42: bunsui:invalidate: store.CachedUsers.Get cannot be named here: " +
		"each CachedUsers keeps results of its own, and update does not know which one is meant\n"
	if got := headlines(root, problems); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	_, result, problems := runModule(t, decoratedTargets, []string{"./api"}, " store.CachedUsers.Get(id=1)", "")
	if len(problems) > 0 || len(result.Outputs) != 1 {
		t.Errorf("%d outputs, problems %s", len(result.Outputs), headlines(root, problems))
	}
}

// excludedTargets names the method of an interface that build constraints exclude.
const excludedTargets = `
-- go.mod --
module example.com/m

go 1.26.0
-- a.go --
package m

//bunsui:invalidate CachedUsers.Get(id=1)
func update() error { return nil }
-- never.go --
//go:build never

package m

//bunsui:decorate as=CachedUsers
type Users interface {
	//bunsui:cached ttl=60
	Get(id int) (int, error)
}
`

func TestDecoratedExcluded(t *testing.T) {
	root, _, problems := runModule(t, excludedTargets, []string{"."})
	want := "a.go:3:21: bunsui:invalidate: CachedUsers.Get is in never.go:8:2, " +
		"which the build constraints of this run exclude: give both functions the same constraints\n"
	if got := headlines(root, problems); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
