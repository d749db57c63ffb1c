package poolfaults

import (
	"fmt"
	"io"
	"time"
)

// Print writes rows as a table in Markdown.
func Print(w io.Writer, rows []Row) error {
	_, err := fmt.Fprint(w, "| server | what | calls | leaked | hung | wrong | failed | gave up | longest call | longest wait | made | open at most | well after |\n"+
		"|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %d | %d | %d | %v | %v | %d | %d | %v |\n",
			r.Server, r.Fault, r.Calls, r.Leaked, r.Hung, r.Wrong, r.Failed, r.GaveUp, short(r.Longest), short(r.LongestWait),
			r.Made, r.Open, short(r.Back))
	}
	return err
}

func short(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
