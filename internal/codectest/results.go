package codectest

// A ResultsValue stands for what the cached decorator declares for a function of
// several results.
type ResultsValue struct {
	User  *User
	Names []string
	OK    bool
}
