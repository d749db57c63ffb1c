package setup

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/git"
)

// driver is the name of our merge driver in git's configuration.
const driver = "bunsui"

// A repository is the git work tree that holds the module.
type repository struct {
	git.Tree // at its top
	// prefix is the module's folder in the work tree, with slashes and one at its
	// end, or "".
	prefix string
}

// findRepository finds the work tree of the module, or says why there is none.
func (s *setup) findRepository(ctx context.Context) (why string) {
	at := git.Tree{Dir: s.module.root, Env: s.Env}
	top, err := at.Line(ctx, "rev-parse", "--show-toplevel")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "there is no git"
	case err != nil:
		return s.Show(s.module.root) + " is in no git work tree"
	}
	prefix, err := at.Line(ctx, "rev-parse", "--show-prefix")
	if err != nil {
		return err.Error()
	}
	s.repository = repository{git.Tree{Dir: filepath.FromSlash(top), Env: s.Env}, prefix}
	return ""
}

// attributes are those of generated files, by the endings of their names.
var attributes = []string{
	"*.bunsui.go linguist-generated=true merge=" + driver,
	"*.bunsui_test.go linguist-generated=true merge=" + driver,
}

// addAttributes lets sites fold generated files in reviews, and git merge them with
// our driver.
func (s *setup) addAttributes(ctx context.Context) Step {
	file := filepath.Join(s.module.root, ".gitattributes")
	text := s.Show(file) + ": " + attributes[0]
	given, err := s.givenAttributes(ctx)
	if err != nil {
		return failed(s.Show(file), err)
	}
	switch {
	case given["merge"] == driver && given["linguist-generated"] != unspecified:
		return Step{State: Present, Text: text}
	case given["merge"] != driver && given["merge"] != unspecified:
		return Step{
			State: ToDo, Text: fmt.Sprintf("%s: generated files have merge=%s already", s.Show(file), given["merge"]),
			Details: append([]string{"to let them be generated anew in a merge, say instead"}, indent(attributes)...),
		}
	}
	content, err := readFile(file)
	if err == nil {
		err = s.save(ctx, file, appendLines(content, attributes...))
	}
	if err != nil {
		return failed(s.Show(file), err, append([]string{"these lines belong there:"}, indent(attributes)...)...)
	}
	return Step{State: Done, Text: text}
}

// unspecified is what git says of an attribute that nothing gives.
const unspecified = "unspecified"

// givenAttributes are those in force for generated files, in any .gitattributes.
func (s *setup) givenAttributes(ctx context.Context) (map[string]string, error) {
	// A folder that does not exist will do.
	probe := path.Join(s.repository.prefix, "some/folder/some.bunsui.go")
	out, err := s.repository.Run(ctx, "check-attr", "-z", "merge", "linguist-generated", "--", probe)
	if err != nil {
		return nil, err
	}
	given := make(map[string]string)
	fields := git.Fields(out)
	for i := 0; i+2 < len(fields); i += 3 {
		given[fields[i+1]] = fields[i+2]
	}
	return given, nil
}

// configureDriver tells this clone how generated files are merged. Configuration is
// not a part of a repository, so that each clone needs that once.
func (s *setup) configureDriver(ctx context.Context) Step {
	const key = "merge." + driver + ".driver"
	where, command := "git config "+key, s.driverCommand()
	given, set, err := s.repository.Setting(ctx, key)
	switch {
	case err != nil:
		return failed(where, err)
	case given == command, strings.Contains(given, " bunsuigen merge "): // from another module of the repository
		return Step{State: Present, Text: where + ": " + given}
	case set:
		return Step{
			State: ToDo, Text: where + ": it is set to something else: " + given,
			Details: []string{"ours would be", "  " + command},
		}
	}
	if !s.Dry {
		// In this order, as git refuses to merge with a driver that has only a name.
		_, err = s.repository.Run(ctx, "config", key, command)
		if err == nil {
			_, err = s.repository.Run(ctx, "config", "merge."+driver+".name", "generate bunsuigen's files anew")
		}
	}
	if err != nil {
		return failed(where, err)
	}
	return Step{
		State: Done, Text: where + ": " + command,
		Details: []string{"this is known to this clone alone: run bunsuigen init once in every other one"},
	}
}

// driverCommand is what git runs, by its shell and at the top of the work tree.
func (s *setup) driverCommand() string {
	in := strings.TrimSuffix(s.repository.prefix, "/")
	if in == "" {
		in = "."
	}
	return "go -C " + shellQuote(in) + ` tool bunsuigen merge "$PWD" %O %A %B %P`
}

// shellQuote spells a word for a shell.
func shellQuote(word string) string {
	plain := strings.IndexFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-", r)
	}) < 0
	if plain && !strings.HasPrefix(word, "-") {
		return word
	}
	// git reads %A and the like before the shell reads quotes.
	return "'" + strings.NewReplacer("'", `'\''`, "%", "%%").Replace(word) + "'"
}

func indent(lines []string) []string {
	indented := make([]string, len(lines))
	for i, line := range lines {
		indented[i] = "  " + line
	}
	return indented
}
