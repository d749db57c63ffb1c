package cached

import (
	"fmt"
	"go/types"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// byteCount spells a number of bytes as people do, 64 << 20 or 500_000.
func byteCount(n int64) jen.Code {
	for _, shift := range []int{40, 30, 20, 10} {
		if n%1000 != 0 && n%(1<<shift) == 0 {
			return jen.Op(grouped(n >> shift)).Op("<<").Lit(shift)
		}
	}
	return jen.Op(grouped(n))
}

// grouped spells a number with its digits in groups of three.
func grouped(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%s_%03d", grouped(n/1000), n%1000)
}

// weighOption spells what weighs results. A function of the user's stands behind
// an interface, because the initialisation of the cache must not refer to it.
func (e *emitter) weighOption(w *emit.Func) *jen.Statement {
	named := w.Ident(e.names.weigh).Add(w.TypeArgList(e.fn))
	if e.weigh.fn == nil {
		// Weigh: weighGetUser
		return named
	}
	// Weigh: cache.Weigher[int64, *User](getUserWeigher{}).Weigh
	weigher := w.Runtime("cache", "Weigher").Types(e.keyTypeOf(w), e.valueTypeOf(w))
	return weigher.Call(named.Values()).Dot("Weigh")
}

// weigher declares what weighOption spells.
func (e *emitter) weigher() jen.Code {
	if e.weigh.fn == nil {
		return e.weighFunc()
	}
	return e.weighType()
}

// weighFunc counts what keys and results hold:
//
//	func weighGetUser(key string, value *User) int64 { … }
func (e *emitter) weighFunc() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		key, value := "_", "_"
		if holdsAny(e.weigh.parts) {
			key = w.Local("key")
		}
		if holdsAny(e.weigh.values) {
			value = w.Local("value")
		}
		s := newScale(w)
		held := e.keyHeld(s, key)
		for i, weight := range e.weigh.values {
			held.add(s.held(e.valueField(value, i), weight, 0))
		}
		about := e.names.weigh + " counts the bytes that a result of " + e.names.wrapper + " and its key hold beside their own size."
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Func().Id(e.names.weigh).Add(w.TypeParamList(e.fn)).Add(e.weighParams(w, key, value)).
				Block(s.body(held, nil)...))
	})
}

// weighType reaches the user's function, and adds what keys hold:
//
//	func (getUserWeigher) Weigh(_ int64, value *User) int64 { return int64(weighUser(value)) }
func (e *emitter) weighType() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		key, value := "_", w.Local("value")
		if holdsAny(e.weigh.parts) {
			key = w.Local("key")
		}
		s := newScale(w)
		held := e.keyHeld(s, key)
		// weighUser(value)
		result := e.callResultFunc(w, e.weigh.fn, value)
		if !e.weigh.exact {
			result = w.Ident("int64").Call(result)
		}
		about := e.names.weigh + " weighs results of " + e.names.wrapper + " by " + e.opts.Weigh.Text + "."
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Type().Id(e.names.weigh).Add(w.TypeParamList(e.fn)).Struct(), jen.Line(), jen.Line(),
			jen.Func().Params(w.Ident(e.names.weigh).Add(w.TypeArgList(e.fn))).Id("Weigh").Add(e.weighParams(w, key, value)).
				Block(s.body(held, result)...))
	})
}

func (e *emitter) weighParams(w *emit.Func, key, value string) *jen.Statement {
	first := jen.Id(key)
	if !e.keyIsValue() {
		first.Add(e.keyTypeOf(w))
	}
	return jen.Params(first, jen.Id(value).Add(e.valueTypeOf(w))).Add(w.Ident("int64"))
}

// keyIsValue tells whether K and V are one type.
func (e *emitter) keyIsValue() bool {
	if len(e.key.parts) != 1 || e.names.value != "" || e.key.parts[0].how != nil {
		return false
	}
	return types.Identical(e.key.parts[0].typ, e.fn.Results[0].Type)
}

// keyHeld adds up what the parts of a key hold.
func (e *emitter) keyHeld(s *scale, key string) sum {
	var held sum
	for i, weight := range e.weigh.parts {
		part := variable(key)
		if e.names.key != "" {
			part = part.field(e.key.parts[i].field)
		}
		held.add(s.held(part, weight, 0))
	}
	return held
}

// valueField is one result in a variable of type V.
func (e *emitter) valueField(value string, i int) operand {
	if e.names.value == "" {
		return variable(value)
	}
	return variable(value).field(e.values[i])
}

func holdsAny(weights []*weight) bool {
	for _, w := range weights {
		if w != nil {
			return true
		}
	}
	return false
}
