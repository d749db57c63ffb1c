package adopt

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/load"
)

// newTypeErrors type-checks with bodies, and returns what is not wrong already.
func (s *session) newTypeErrors(ctx context.Context, cfg load.Config) (diag.List, error) {
	cfg.Bodies = true
	for path, content := range s.generated {
		if !slices.Contains(cfg.Patterns, filepath.Dir(path)) { // it has dropped out
			cfg.Overlay[path] = content
		}
	}
	after, problems, err := load.Load(ctx, cfg)
	if err != nil || len(after.TypeErrors)+len(problems) == 0 {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("generated code does not load: %s", problems[0].Headline(s.request.Dir))
	}
	for _, d := range after.TypeErrors {
		if strings.Contains(d.Message, "could not import github.com/bunsui/bunsui-go/") {
			return nil, fmt.Errorf("%s; run go get github.com/bunsui/bunsui-go, since generated code imports it", d.Message)
		}
	}
	if s.before == nil {
		if err := s.countBefore(ctx, cfg); err != nil {
			return nil, err
		}
	}
	known := maps.Clone(s.before)
	return slices.DeleteFunc(after.TypeErrors, func(d diag.Diagnostic) bool {
		known[errorKey(d)]--
		return known[errorKey(d)] >= 0
	}), nil
}

// countBefore counts what is wrong without the change, but with all generated for the
// packages that it concerns: what is missing there until then must not hide what the
// change would break. If there are mistakes in directives, what is there has to do.
func (s *session) countBefore(ctx context.Context, cfg load.Config) error {
	cfg.Overlay, cfg.Bodies = nil, false
	result, problems, err := generator.Run(ctx, cfg)
	if err != nil {
		return err
	}
	s.generated = make(map[string][]byte)
	if len(problems) == 0 {
		s.generated = written(result)
	}
	cfg.Overlay, cfg.Bodies, cfg.Patterns = s.generated, true, s.allDirs()
	before, _, err := load.Load(ctx, cfg)
	if err != nil {
		return err
	}
	s.before = count(before.TypeErrors)
	return nil
}

// written is an overlay of what a run writes and removes.
func written(result *generator.Result) map[string][]byte {
	overlay := make(map[string][]byte)
	for _, out := range result.Outputs {
		overlay[out.Path] = out.Content
	}
	for _, path := range result.Stale {
		overlay[path] = nil
	}
	return overlay
}
