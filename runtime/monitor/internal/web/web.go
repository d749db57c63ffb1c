// Package web has the files of the live page and the HTML that they begin with.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed static
var embedded embed.FS

// An asset is a file that browsers load.
type asset struct {
	kind    string // of its content
	text    []byte
	zipped  []byte // nil if that is not smaller
	version string
}

// A bundle is all assets, by their paths below static. Version changes if one of them
// does, because scripts import each other by names without versions.
type bundle struct {
	assets  map[string]asset
	version string
}

var assets = sync.OnceValue(func() bundle {
	b := bundle{assets: make(map[string]asset)}
	root, err := fs.Sub(embedded, "static")
	if err != nil {
		panic(err) // there is such a folder, or this had not compiled
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		b.assets[name] = asset{kind: kindOf(name), text: text, zipped: zip(text), version: digest(text)}
		return err
	})
	if err != nil {
		panic(err) // what is embedded can be read
	}
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(b.assets)) {
		all.Write([]byte(name + b.assets[name].version))
	}
	b.version = hex.EncodeToString(all.Sum(nil))[:16]
	return b
})

// kinds are told here, because what the machine's own tables say differs.
var kinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon",
}

func kindOf(name string) string {
	extension := path.Ext(name)
	if kind, ok := kinds[extension]; ok {
		return kind
	}
	if kind := mime.TypeByExtension(extension); kind != "" {
		return kind
	}
	return "text/plain; charset=utf-8" // licences
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:16]
}

func zip(text []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // there is such a level
	}
	_, _ = w.Write(text)
	_ = w.Close()
	if b.Len() >= len(text) {
		return nil
	}
	return b.Bytes()
}

// Asset serves a file by its path below static. One that is asked for by the version of
// all stays for a year; others are asked for again each time, and answered by 304.
func Asset(w http.ResponseWriter, r *http.Request, name string) {
	a, ok := assets().assets[name]
	if !ok {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == assets().version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Vary", "Accept-Encoding")
	text, tag := a.text, `"`+a.version+`"`
	if a.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		text, tag = a.zipped, `"`+a.version+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	if slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(text)
}
