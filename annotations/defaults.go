package annotations

import (
	"fmt"
	"slices"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// Unset is the value that takes a default away from an option.
const Unset = "unset"

// SplitDefaults takes "bunsui:defaults cached ttl=5m" apart: it returns the annotation
// with the first argument, "cached", as its name. ok is false if there is none, which is
// reported.
func SplitDefaults(a Annotation) (of Annotation, problems diag.List, ok bool) {
	if len(a.Args) == 0 || !a.Args[0].Flag || a.Args[0].Call != nil {
		pos, width := a.NamePos, len(a.Name)
		if len(a.Args) > 0 {
			pos, width = a.Args[0].KeyPos, len(a.Args[0].Key)
		}
		if !a.Broken {
			problems.Add(a.Problem(pos, width, "it does not say whose defaults these are: write "+prefix+a.Name+" cached ttl=5m"))
		}
		return Annotation{}, problems, false
	}
	of = a
	of.Name, of.NamePos, of.Args = a.Args[0].Key, a.Args[0].KeyPos, a.Args[1:]
	return of, problems, true
}

// CheckDefaults checks an annotation of SplitDefaults, and returns it with the arguments
// that may be defaults, also those whose values are wrong. Problems are filed under rule,
// the directive that it came from.
func (s *Schema) CheckDefaults(of Annotation, rule string) (Annotation, diag.List) {
	problems := s.noDefaults(of, rule)
	of.Broken = true // so that no option is missing
	var kept []Arg
	for _, arg := range of.Args {
		one := of
		one.Args = []Arg{arg}
		_, wrong := s.Decode(one)
		option := s.Option(arg.Key)
		twice := slices.ContainsFunc(kept, func(k Arg) bool { return k.Key == arg.Key })
		switch {
		case option != nil && !option.Own && arg.isUnset():
			wrong = diag.List{problem(rule, arg.ValuePos, len(arg.Raw), "unset is for a function that does without a default: leave "+arg.Key+" out")}
		case len(wrong) > 0:
		case option == nil || option.isCall() || option.Own:
			wrong.Add(problem(rule, arg.KeyPos, len(arg.Key), arg.Key+" is for one function, not for all of a package"))
		case twice:
			wrong.Add(problem(rule, arg.KeyPos, len(arg.Key), fmt.Sprintf("option %q is given twice", arg.Key)))
		}
		for _, d := range wrong {
			d.Rule = "bunsui:" + rule
			problems.Add(d)
		}
		if option != nil && !option.Own && !twice {
			// One that was reported counts as given, so that no function lacks it.
			arg.Default, arg.Broken = true, arg.Broken || len(wrong) > 0
			kept = append(kept, arg)
		}
	}
	of.Args = kept
	return of, problems
}

// noDefaults reports an annotation of SplitDefaults that says nothing more than whose
// defaults it gives.
func (s *Schema) noDefaults(of Annotation, rule string) diag.List {
	if len(of.Args) > 0 || of.Broken {
		return nil
	}
	message := "no options, and " + of.Name + " has none that the functions of a package could have in common: leave it out"
	if i := slices.IndexFunc(s.Options, func(o Option) bool { return !o.Own && !o.isCall() }); i >= 0 {
		message = "no options: write " + prefix + rule + " " + of.Name + " " + s.Options[i].exampleDefault()
	}
	return diag.List{problem(rule, of.NamePos, len(of.Name), message)}
}

// exampleDefault is an option as a default would give it, which is not what holds anyway.
func (o *Option) exampleDefault() string {
	for _, value := range o.Values {
		if value != o.Default {
			return o.Name + "=" + value
		}
	}
	if o.Kind == kindDuration {
		return o.Name + "=5m"
	}
	return o.example()
}

// WithDefaults returns a directive with the arguments of CheckDefaults that it neither
// gives itself nor excludes, and that fit the function, after its own. What it gives as
// unset is in neither. The list holds what is unset without need.
func (s *Schema) WithDefaults(a, defaults Annotation, fits func(*Option) bool) (Annotation, diag.List) {
	var problems diag.List
	var given, own []Arg
	for _, arg := range a.Args {
		twice := slices.ContainsFunc(given, func(g Arg) bool { return g.Key == arg.Key })
		given = append(given, arg)
		if option := s.Option(arg.Key); option == nil || option.Own || !arg.isUnset() {
			own = append(own, arg)
			continue
		}
		if _, ok := defaults.Arg(arg.Key); !ok {
			problems.Add(a.Problem(arg.ValuePos, len(arg.Raw), "the package has no default for "+arg.Key+" that could be unset: leave it out"))
		}
		if twice {
			problems.Add(a.Problem(arg.KeyPos, len(arg.Key), fmt.Sprintf("option %q is given twice", arg.Key)))
		}
	}
	for _, arg := range defaults.Args {
		taken := slices.ContainsFunc(given, func(g Arg) bool { return g.Key == arg.Key || s.exclude(g, arg) })
		if !taken && fits(s.Option(arg.Key)) {
			own = append(own, arg)
		}
	}
	a.Args = slices.DeleteFunc(slices.Clone(own), func(arg Arg) bool { return arg.Default && !s.supported(arg, own) })
	return a, problems
}

// supported tells whether an option has what it needs among others.
func (s *Schema) supported(arg Arg, among []Arg) bool {
	needs := s.Option(arg.Key).Needs
	return len(needs) == 0 || slices.ContainsFunc(among, func(other Arg) bool {
		return slices.Contains(needs, other.Key) && other.Value != "false"
	})
}

func (a Arg) isUnset() bool { return !a.Flag && a.Quote == 0 && a.Call == nil && a.Value == Unset }

// exclude tells whether an option that a function gives does away with a default.
func (s *Schema) exclude(given, byDefault Arg) bool {
	if given.Value == "false" || given.isUnset() {
		return false
	}
	a, b := s.Option(given.Key), s.Option(byDefault.Key)
	return a != nil && b != nil && (slices.Contains(a.Excludes, b.Name) || slices.Contains(b.Excludes, a.Name))
}
