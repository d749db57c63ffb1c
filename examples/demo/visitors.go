package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"
)

// popular are symbols that visitors look up, those that are looked up most often
// first.
var popular = strings.Fields(`
	fmt.Printf strings.Builder net/http.Client encoding/json.Marshal time.Duration context.WithTimeout
	os.ReadFile errors.Is sync.WaitGroup io.Copy net/http.HandleFunc strings.Split fmt.Errorf
	encoding/json.Decoder time.Parse sort.Slice strconv.Atoi bytes.Buffer bufio.Scanner os/exec.Command
	regexp.MustCompile net/url.Parse sync.Once path/filepath.WalkDir log/slog.Handler
	database/sql.DB.QueryContext text/template.FuncMap html/template.Template crypto/tls.Config
	net/http.Server.Shutdown reflect.DeepEqual math/big.Int.Exp go/ast.Inspect testing.B.Loop
	archive/zip.Reader encoding/csv.Reader mime/multipart.Writer net.Dialer image/png.Encode
	compress/gzip.NewReader`)

// A visit is one request for the documentation of a symbol.
type visit struct{ path, symbol string }

// visits returns n visits to popular symbols, the same ones in every run. As on
// most sites, a few pages get most of them (Zipf's law).
func visits(n int) []visit {
	random := rand.New(rand.NewPCG(1, 2))
	rank := rand.NewZipf(random, 1.1, 2, uint64(len(popular)-1))
	all := make([]visit, n)
	for i := range all {
		name := popular[rank.Uint64()]
		base := strings.LastIndex(name, "/") + 1
		dot := base + strings.Index(name[base:], ".")
		all[i] = visit{path: name[:dot], symbol: name[dot+1:]}
	}
	return all
}

// serve looks up what each visit asks for, and returns how long all took.
func serve(ctx context.Context, l *Library, all []visit) (time.Duration, error) {
	start := time.Now()
	for _, v := range all {
		if _, err := l.Explain(ctx, v.path, v.symbol); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}
