package guide

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// ErrNoArticle is the error for an article that the supplier does not have.
var ErrNoArticle = errors.New("no such article")

// price asks the supplier, whose address is the second parameter, for the price of an
// article in cents.
//
//bunsui:batch concurrency=5 attempts=3 delay=1s timeout=10s permanent=ErrNoArticle
func price(ctx context.Context, article, supplier string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, supplier+"/price/"+article, nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 100))
	switch {
	case err != nil:
		return 0, err
	case response.StatusCode == http.StatusNotFound:
		return 0, ErrNoArticle
	case response.StatusCode != http.StatusOK:
		return 0, errors.New(response.Status)
	}
	return strconv.Atoi(strings.TrimSpace(string(body)))
}

// Report tells what has become of a batch.
func Report(w io.Writer, r batch.Result[string, int]) {
	fmt.Fprintf(w, "processed %d, failed %d, not started %d\n", r.Succeeded, r.Failed, r.NotStarted)
	for _, o := range r.Outcomes {
		if o.Err != nil {
			fmt.Fprintf(w, "%d %s: %v, after %d attempts\n", o.Index, o.Item, o.Err, o.Attempts)
			continue
		}
		fmt.Fprintf(w, "%d %s: %d\n", o.Index, o.Item, o.Value)
	}
}
