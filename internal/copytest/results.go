package copytest

// A ResultsValue stands for what the cached decorator declares for a function of
// several results.
type ResultsValue struct {
	User  *User
	Names []string
	OK    bool
}

// The results of generic stand for those of a generic function, whose copies have
// type parameters: one of them is mentioned by another's constraint only.
func generic[N Number, S Sized[N]](N) (*Page[N], Pair[string, []N], []N, map[string]*Page[S]) {
	return nil, Pair[string, []N]{}, nil, nil
}

// A Sized mentions a type parameter that a result does not.
type Sized[N Number] interface {
	~int | ~string
	Size() N
}

// A Words is Sized.
type Words string

// Size tells how long w is.
func (w Words) Size() int { return len(w) }

var _ = generic[int, Words]
