package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// KeyText makes the text of a key from literals and values in turn, beginning
// with a literal: KeyText("user:", 7, ":", "de") is "user:7:de". In the text of a
// value, the characters %, *, { and }, blanks, control characters and every character
// of a literal that is no letter or digit are written as % and two hexadecimal
// digits for each byte, so that a value cannot pretend to be a part of the
// template: KeyText("", "x:1", ":", "2") is "x%3A1:2".
//
// Times are written as RFC 3339 has them, in UTC, and -0 as 0. What is neither a
// number, a text, a bool nor a time is written as by fmt.Sprint. Values of other
// kinds always give different texts if each literal between two of them has a
// character that is no letter or digit.
func KeyText(parts ...any) string {
	var special strings.Builder
	for i := 0; i < len(parts); i += 2 {
		special.WriteString(parts[i].(string))
	}
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 0 {
			b.WriteString(part.(string))
			continue
		}
		escapeValue(&b, valueText(part), special.String())
	}
	return b.String()
}

// HashText returns 32 hexadecimal digits that stand for what KeyText makes of the
// parts: the first half of its SHA-256. Who knows or guesses the values can tell
// that they are the ones; nobody else can.
func HashText(parts ...any) string {
	sum := sha256.Sum256([]byte(KeyText(parts...)))
	return hex.EncodeToString(sum[:16])
}

func valueText(value any) string {
	if t, ok := value.(time.Time); ok {
		return TimeKey(t).Format(time.RFC3339Nano)
	}
	if text, ok := scalarText(value); ok {
		return text
	}
	return fmt.Sprint(value)
}

func escapeValue(b *strings.Builder, text, special string) {
	for i := range len(text) {
		c := text[i]
		plain := c >= 0x80 || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !plain && (c <= ' ' || c == 0x7f || strings.IndexByte("%*{}", c) >= 0 || strings.IndexByte(special, c) >= 0) {
			fmt.Fprintf(b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
}
