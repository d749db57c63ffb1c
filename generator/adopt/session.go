package adopt

import (
	"context"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/load"
)

// A candidate is a function to be adopted or ejected, unless something speaks
// against it.
type candidate struct {
	fn         *function
	to         string // its new name
	long       bool   // to is the name that collides least
	directives []string
	edits      []edit
}

// A session is the state of one Adopt or Eject.
type session struct {
	resolver
	verb    string // adopt or eject
	refused diag.List
	// also are directories to type-check beside those of the candidates.
	also []string
	// before counts the type errors that are there without any change, once all is
	// generated, and generated is what that would write and remove; nil until needed.
	before    map[string]int
	generated map[string][]byte
	gazes     *gazes // made when needed
}

func newSession(r Request) *session {
	return &session{
		resolver: resolver{
			request: r, packages: make(map[string][]listed),
			folders: make(map[string]*folder), imported: make(map[string]*folder),
		},
		verb: "adopt",
	}
}

// refuseName refuses a name that means no function.
func (s *session) refuseName(why string) {
	s.refused.Add(diag.Diagnostic{Message: "cannot " + s.verb + " " + why})
}

func position(filename string) token.Position {
	return token.Position{Filename: filename, Line: 1, Column: 1}
}

func (s *session) refuse(fn *function, why *refusal) {
	s.refuseAt(fn, fn.file.position(why.at), why.width, why.why)
}

func (s *session) refuseAt(fn *function, at token.Position, width int, why string, notes ...string) {
	s.refused.Add(diag.Diagnostic{
		Pos: at, Width: width, Message: "cannot " + s.verb + " " + fn.symbol + ": " + why, Notes: notes,
	})
}

// An outcome is what would come of a change.
type outcome struct {
	files   map[*file][]edit
	overlay map[string][]byte
	result  *generator.Result
	// problems are errors in directives. If there are none, typeErrors are what
	// would no longer compile.
	problems, typeErrors diag.List
}

func (o *outcome) clean() bool { return len(o.problems)+len(o.typeErrors) == 0 }

// try generates and type-checks as if the candidates were changed.
func (s *session) try(ctx context.Context, candidates []*candidate) (*outcome, error) {
	o := &outcome{files: make(map[*file][]edit), overlay: make(map[string][]byte)}
	dirs := slices.Clone(s.also)
	for _, c := range candidates {
		o.files[c.fn.file] = append(o.files[c.fn.file], c.edits...)
		dirs = append(dirs, c.fn.file.unit.folder.Dir)
	}
	for f, edits := range o.files {
		o.overlay[f.path] = apply(f.content, edits)
	}
	slices.Sort(dirs)
	cfg := load.Config{
		Dir: s.request.Dir, Env: s.request.Env, Tags: s.request.Tags,
		Patterns: slices.Compact(dirs), Overlay: o.overlay,
	}
	var err error
	if o.result, o.problems, err = generator.Run(ctx, cfg); err != nil || len(o.problems) > 0 {
		return o, err
	}
	cfg.Overlay = maps.Clone(o.overlay)
	maps.Copy(cfg.Overlay, written(o.result))
	o.typeErrors, err = s.newTypeErrors(ctx, cfg)
	return o, err
}

// allDirs returns every directory that the session has looked into.
func (s *session) allDirs() []string {
	dirs := slices.Collect(maps.Keys(s.folders))
	dirs = append(dirs, s.also...)
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

func count(list diag.List) map[string]int {
	counts := make(map[string]int)
	for _, d := range list {
		counts[errorKey(d)]++
	}
	return counts
}

// errorKey tells type errors apart, but for their lines, which a change moves.
func errorKey(d diag.Diagnostic) string { return d.Pos.Filename + ": " + d.Message }

// settle drops candidates until what remains generates and compiles, and makes
// the plan.
func (s *session) settle(ctx context.Context, candidates []*candidate) (*Plan, error) {
	for {
		if len(candidates) == 0 || len(s.refused) > 0 && !s.request.KeepGoing {
			return &Plan{Refused: s.refused.Sorted()}, nil
		}
		o, err := s.try(ctx, candidates)
		if err != nil {
			return nil, err
		}
		if o.clean() || s.request.Force && len(o.problems) == 0 && s.verb == "eject" {
			return s.plan(o, candidates), nil
		}
		rest, err := s.drop(ctx, o, candidates)
		if err != nil {
			return nil, err
		}
		if rest == nil {
			return &Plan{Refused: s.refused.Sorted(), Problems: o.problems}, nil
		}
		candidates = rest
	}
}

func (s *session) plan(o *outcome, candidates []*candidate) *Plan {
	plan := &Plan{
		Outputs: o.result.Outputs, Stale: o.result.Stale, Warnings: o.result.Warnings, Refused: s.refused.Sorted(),
	}
	for f, edits := range o.files {
		plan.Sources = append(plan.Sources, Source{Path: f.path, Old: f.content, New: apply(f.content, edits)})
	}
	slices.SortFunc(plan.Sources, func(a, b Source) int { return strings.Compare(a.Path, b.Path) })
	for _, c := range candidates {
		plan.Functions = append(plan.Functions, Function{
			Package: c.fn.file.unit.folder.ImportPath, Pos: c.fn.pos(),
			From: c.fn.symbol, To: rename(c.fn.symbol, c.to),
			Recursive: s.verb == "adopt" && c.fn.callsItself(),
		})
	}
	return plan
}
