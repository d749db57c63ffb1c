package monitor

import "github.com/bunsui/bunsui-go/runtime/profile"

// promisesJSON says how recent calls stand to what a function promises.
func promisesJSON(o profile.Objectives, recent profile.FuncStats) *[]pageObjective {
	list := []pageObjective{}
	for _, l := range o.Latency {
		p := pageObjective{What: l.Name(), Limit: l.Max.String(), Met: true}
		if recent.Timed > 0 {
			took := recent.Quantile(l.Quantile)
			p.Value, p.Met = brief(took), took <= l.Max
		}
		list = append(list, p)
	}
	if o.MaxErrors > 0 {
		p := pageObjective{What: "errors", Limit: percent(o.MaxErrors), Met: true}
		if recent.Calls > 0 {
			part := float64(recent.Errors+recent.Panics) / float64(recent.Calls)
			p.Value, p.Met = percent(part), part <= o.MaxErrors
		}
		list = append(list, p)
	}
	return &list
}
