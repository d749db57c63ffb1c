package setup

import (
	"bytes"
	"context"
	"path"
	"path/filepath"
	"regexp"
	"slices"
)

// ciFiles are where CI is configured, below the top of a work tree.
var ciFiles = []string{
	".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml", ".circleci/config.yml", ".ci/*",
	"azure-pipelines.yml", "bitbucket-pipelines.yml", ".buildkite/*.yml", ".drone.yml", ".woodpecker/*.yml", "Jenkinsfile",
	"Makefile", "Taskfile.yml", "magefile.go", "lefthook.yml", ".pre-commit-config.yaml",
}

var checks = regexp.MustCompile(`(?m)^.*\bbunsuigen\b.*\s-?-check\b.*$`)

// findCheck looks for a step of CI that finds stale files, and says what to add if
// there is none: where it belongs there is for its owner to say.
func (s *setup) findCheck(context.Context) Step {
	roots := []string{s.module.root}
	if s.repository.Dir != "" {
		roots = append(roots, s.repository.Dir)
	}
	for _, root := range roots {
		for _, pattern := range ciFiles {
			files, _ := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern))) // the patterns are well-formed
			for _, file := range files {
				content, err := readFile(file)
				if line := checks.Find(content); err == nil && line != nil {
					return Step{State: Present, Text: s.Show(file) + ": " + string(bytes.TrimSpace(line))}
				}
			}
		}
	}
	return Step{State: ToDo, Text: "CI: a step that fails, with a diff, if a generated file is out of date", Details: s.snippet(roots)}
}

// snippet is the step, for the kind of CI that seems to be there.
func (s *setup) snippet(roots []string) []string {
	command := "go tool bunsuigen -check ./..."
	if in := path.Clean(s.repository.prefix); in != "." && s.repository.prefix != "" {
		command = "go -C " + shellQuote(in) + " tool bunsuigen -check ./..."
	}
	isGitLab := slices.ContainsFunc(roots, func(root string) bool {
		files, _ := filepath.Glob(filepath.Join(root, ".gitlab-ci.yml"))
		return len(files) > 0
	})
	if isGitLab {
		return []string{"generated files:", "  image: golang:1.26", "  script:", "    - " + command}
	}
	return []string{"- uses: actions/setup-go@v6", "  with: {go-version-file: " + path.Join(s.repository.prefix, "go.mod") + "}", "- run: " + command}
}
