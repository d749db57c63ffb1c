package tier

import "strings"

// Keys in the store are function, fingerprint and text, with a colon between them. A
// backslash stands before what the text would mean otherwise, and braces are not
// allowed in keys, so no two functions or texts have the same key.
var (
	escapeFunction = strings.NewReplacer(`\`, `\\`, `{`, `\(`, `}`, `\)`, `:`, `\.`)
	escapeText     = strings.NewReplacer(`\`, `\\`, `{`, `\(`, `}`, `\)`)
	unescapeText   = strings.NewReplacer(`\\`, `\`, `\(`, `{`, `\)`, `}`)
)

// prefixOf returns what the keys of a function begin with.
func prefixOf(function, fingerprint string) string {
	return escapeFunction.Replace(function) + ":" + escapeFunction.Replace(fingerprint) + ":"
}

// keyOf returns the key of a text.
func keyOf(prefix, text string) string {
	if strings.ContainsAny(text, `\{}`) {
		text = escapeText.Replace(text)
	}
	return prefix + text
}

// splitKey takes a key apart. ok is false for keys that are none of ours.
func splitKey(key string) (prefix, text string, ok bool) {
	function := strings.IndexByte(key, ':')
	if function < 0 {
		return "", "", false
	}
	fingerprint := strings.IndexByte(key[function+1:], ':')
	if fingerprint < 0 {
		return "", "", false
	}
	at := function + fingerprint + 2
	text = key[at:]
	if strings.IndexByte(text, '\\') >= 0 {
		text = unescapeText.Replace(text)
	}
	return key[:at], text, true
}

// tagsOf returns tags as the store may have them.
func tagsOf(tags []string) []string {
	for i, tag := range tags {
		if !strings.ContainsAny(tag, `\{}`) {
			continue
		}
		escaped := append([]string(nil), tags...)
		for j := i; j < len(escaped); j++ {
			escaped[j] = escapeText.Replace(escaped[j])
		}
		return escaped
	}
	return tags
}

// tagsFrom is the reverse of tagsOf.
func tagsFrom(tags []string) []string {
	plain := make([]string, len(tags))
	for i, tag := range tags {
		plain[i] = unescapeText.Replace(tag)
	}
	return plain
}
