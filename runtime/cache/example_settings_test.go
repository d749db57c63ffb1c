package cache_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func ExampleManager_ReadEnvironment() {
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.DiscardHandler)})
	c := cache.New(cache.Options[int, string]{Name: "example.com/shop/store.getUser", TTL: time.Minute, Manager: m})
	const variable = "BUNSUI_CACHE_STORE_GETUSER_TTL"
	defer os.Unsetenv(variable)

	_ = os.Setenv(variable, "90sec")
	fmt.Println(m.ReadEnvironment())

	_ = os.Setenv(variable, "90s")
	fmt.Println(m.ReadEnvironment())
	e, _ := m.Entry(c.Name())
	fmt.Println(e.Settings().TTL, e.Origins())
	// Output:
	// cache: BUNSUI_CACHE_STORE_GETUSER_TTL: unknown unit "sec" in "90sec" (did you mean "90s"?); it takes a duration such as 60 (seconds), 90s, 1h30m or 2d, or forever
	// <nil>
	// 1m30s map[TTL:environment]
}

func ExampleManager_Switch() {
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.DiscardHandler)})
	c := cache.New(cache.Options[int, string]{Name: "example.com/shop/store.getUser", TTL: time.Minute, Manager: m})
	e, _ := m.Entry(c.Name())

	fmt.Println(m.Switch("getUsers", cache.Off))
	fmt.Println(m.Switch("getUser", cache.Off), e.Settings().Mode)
	fmt.Println(m.Switch("getUser", cache.Usual), e.Settings().Mode)
	// Output:
	// cache: switch getUsers: unknown cache "getUsers" (did you mean "getUser"?)
	// <nil> off
	// <nil> on
}

func ExampleManager_WatchSwitches() {
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.DiscardHandler)})
	c := cache.New(cache.Options[int, string]{Name: "example.com/shop/store.getUser", TTL: time.Minute, Manager: m})
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "switches")
	_ = os.WriteFile(path, []byte("# an incident\n* = memory\nstore.getUser = off\n"), 0o600)

	fmt.Println(m.WatchSwitches(path, 10*time.Second)) // until m.Close
	e, _ := m.Entry(c.Name())
	fmt.Println(e.Settings().Mode, e.Origins())
	// Output:
	// <nil>
	// off map[Mode:switch file]
}
