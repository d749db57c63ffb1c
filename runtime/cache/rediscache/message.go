package rediscache

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// A kind is the first byte of a message, after which come the id of the store that
// sends it and, for each key or tag, its length and its bytes. In messages about
// revocations, the epoch, a colon and the field of the rule stand there: scripts
// write them.
type kind byte

const (
	changed kind = 'c'
	bumped  kind = 'b'
	revoked kind = 'r'
	ended   kind = 'e'
)

// idLength is how long the id of a store is.
const idLength = 16

func message(k kind, id string, about ...string) []byte {
	b := append([]byte{byte(k)}, id...)
	for _, text := range about {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return b
}

// eventOf reads a message that a store with that id gets. One that cannot be read is
// of a version to come.
func eventOf(text, id string) (e store.Event, ok bool) {
	if len(text) < 1+idLength {
		return e, false
	}
	k, from, rest := kind(text[0]), text[1:1+idLength], text[1+idLength:]
	e.Own = from == id
	switch k {
	case changed:
		e.Kind = store.Changed
		e.Keys, ok = texts(rest)
	case ended:
		e.Kind = store.Ended
		e.Keys, ok = texts(rest)
	case bumped:
		e.Kind = store.Bumped
		e.Tags, ok = texts(rest)
	case revoked:
		e.Kind = store.Revoked
		e.Revocation, ok = revocationOf(rest)
	}
	return e, ok
}

// texts reads lengths and bytes.
func texts(s string) (all []string, ok bool) {
	for len(s) > 0 {
		n, head := binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
		if head <= 0 || n > uint64(len(s)-head) {
			return nil, false
		}
		all = append(all, s[head:head+int(n)])
		s = s[head+int(n):]
	}
	return all, true
}

func revocationOf(s string) (r store.Revocation, ok bool) {
	epoch, field, _ := strings.Cut(s, ":")
	if r.Epoch = parse(epoch); r.Epoch == 0 {
		return r, false
	}
	if field == "" {
		return r, true // the zero Rule: the server has lost its rules
	}
	r.Rule, ok = ruleOf(field)
	return r, ok
}

// field returns how a rule stands in the hash of revocations: = or ^ for texts and
// their prefixes, the length of the function, a colon, the function and the text.
func field(r store.Rule) string {
	sign := "="
	if r.Prefix {
		sign = "^"
	}
	return sign + strconv.Itoa(len(r.Function)) + ":" + r.Function + r.Text
}

func ruleOf(field string) (r store.Rule, ok bool) {
	head, rest, found := strings.Cut(field, ":")
	if !found || len(head) < 2 || head[0] != '=' && head[0] != '^' {
		return r, false
	}
	n, err := strconv.Atoi(head[1:])
	if err != nil || n < 0 || n > len(rest) {
		return r, false
	}
	return store.Rule{Function: rest[:n], Text: rest[n:], Prefix: head[0] == '^'}, true
}
