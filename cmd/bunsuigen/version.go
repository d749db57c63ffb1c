package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/setup"
)

// develVersion is that of a program that was built in a checkout.
const develVersion = "(devel)"

func versionCommand() command {
	return command{
		name:    "version",
		summary: "print the version",
		prepare: func(*flag.FlagSet) runner {
			return func(_ context.Context, s *session, operands []string) error {
				if err := noOperands("version", operands); err != nil {
					return err
				}
				info, _ := debug.ReadBuildInfo()
				return s.print(fmt.Sprintf("bunsuigen %s %s %s/%s\n",
					versionOf(info), runtime.Version(), runtime.GOOS, runtime.GOARCH))
			}
		},
	}
}

// versionOf returns the version of our module in a program. A program that was
// built in a checkout has none: its revision stands for it.
func versionOf(info *debug.BuildInfo) string {
	if info == nil {
		return develVersion
	}
	modules := append([]*debug.Module{&info.Main}, info.Deps...)
	i := slices.IndexFunc(modules, func(m *debug.Module) bool { return m.Path == setup.ModulePath })
	if i >= 0 && modules[i].Version != "" && modules[i].Version != develVersion {
		return modules[i].Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return develVersion + " " + setting.Value
		}
	}
	return develVersion
}
