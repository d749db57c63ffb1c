package annotations

import (
	"reflect"
	"slices"
)

// Names returns the names in options, which Decode has made, that mean something of the
// user's. Words that stand in place of a name are none.
func (s *Schema) Names(options any) []Name {
	var names []Name
	of := reflect.ValueOf(options).Elem()
	for _, o := range s.Options {
		for _, name := range namesIn(of.FieldByIndex(o.index).Interface()) {
			if name.Set() && !slices.Contains(o.Words, name.Text) {
				names = append(names, name)
			}
		}
	}
	return names
}

func namesIn(value any) []Name {
	switch value := value.(type) {
	case Name:
		return []Name{value}
	case []Name:
		return value
	case Duration:
		return []Name{value.Name}
	case Toggle:
		return []Name{value.Name}
	case Key:
		return []Name{value.Name}
	}
	return nil
}
