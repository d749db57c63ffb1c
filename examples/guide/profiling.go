package guide

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/bunsui/bunsui-go/runtime/profile"
	"github.com/bunsui/bunsui-go/runtime/profile/pprofexport"
)

// ErrDenied is the error for a wrong password.
var ErrDenied = errors.New("denied")

// logIn checks a password. The last calls that took a quarter of a second are kept, with
// the user's name and without the password.
//
//bunsui:profile slow=250ms args redact=password
func logIn(ctx context.Context, user, password string) error {
	if password != "correct" {
		return ErrDenied
	}
	return ctx.Err()
}

// Import measures a piece of code that is no function of its own, and what is called in
// there as a part of it.
func Import(ctx context.Context, names []string) error {
	ctx, end := profile.Region(ctx, "import: accounts")
	defer end()
	var failed error
	for _, name := range names {
		failed = errors.Join(failed, LogIn(ctx, name, "correct"))
	}
	return failed
}

// Export writes all figures into two files: one to read and compare, one for go tool
// pprof.
func Export(dir string) error {
	return errors.Join(
		toFile(filepath.Join(dir, "profile.json"), profile.WriteJSON),
		toFile(filepath.Join(dir, "calls.pb.gz"), pprofexport.Write),
	)
}

func toFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// CPU records where the processor's time goes while f runs, by measured function.
func CPU(w io.Writer, f func()) error {
	profile.EnableLabels()
	defer profile.DisableLabels()
	if err := pprof.StartCPUProfile(w); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	f()
	return nil
}
