package cache

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// parseEnvironment returns what the variables say of which names.
func (m *Manager) parseEnvironment(environ []string) (map[string]Settings, error) {
	said := make(map[string]Settings)
	given := make(map[string]string) // by which variable
	known := m.names()
	var all []variable
	var wrong []error
	for _, text := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(text, "=")
		rest, ours := strings.CutPrefix(name, environmentPrefix)
		if !ours {
			continue
		}
		of, err := subject(rest, known)
		if err == nil {
			err = m.give(said, of, value)
		}
		if by := of.name + " " + of.word; err == nil && given[by] != "" {
			err = fmt.Errorf("it means the same as %s", given[by])
		} else {
			given[by] = name
		}
		if err != nil {
			wrong = append(wrong, &SettingError{Place: name, Value: value, Err: err})
		}
		all = append(all, variable{of, name, value})
	}
	if len(wrong) == 0 {
		wrong = m.disagreeing(said, all)
	}
	return said, errors.Join(wrong...)
}

// variable is a variable and what it is about.
type variable struct {
	reading
	place, value string
}

// disagreeing returns what does not go together, once for each name.
func (m *Manager) disagreeing(said map[string]Settings, all []variable) (wrong []error) {
	told := make(map[string]bool)
	for _, v := range all {
		var s Settings
		if v.read(&s, v.value) != nil || told[v.name] {
			continue
		}
		if err := m.agrees(environment, v.name, s, func(o *overrides) { o[environment] = said }); err != nil {
			told[v.name] = true
			wrong = append(wrong, &SettingError{Place: v.place, Value: v.value, Err: err})
		}
	}
	return wrong
}

// give adds a setting to what is said of a name.
func (m *Manager) give(said map[string]Settings, of reading, value string) error {
	s := said[of.name]
	if err := of.read(&s, value); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	if err := m.accepts(of.name, s); err != nil {
		return err
	}
	said[of.name] = s
	return nil
}
