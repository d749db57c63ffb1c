package cached

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// sharingFields lists the options about the store.
func (e *emitter) sharingFields(w *emit.Func, key string) []jen.Code {
	o := e.opts
	var fields []jen.Code
	if o.Shared {
		fields = append(fields, field("Shared", w.Ident("true")))
	}
	if e.share.leaves {
		fields = append(fields, field("Codec", e.codecOption(w)))
	}
	if e.share.fingerprint != "" {
		fields = append(fields, field("Fingerprint", jen.Lit(e.share.fingerprint)))
	}
	if e.share.leaves {
		fields = append(fields, field("KeyShape", jen.Lit(e.keyShape())))
	}
	fields = append(fields, e.durationField(w, "MemoryTTL", o.MemoryTTL)...)
	if o.Strict {
		fields = append(fields, field("Strict", w.Ident("true")))
	}
	if len(e.tags) > 0 {
		fields = append(fields, field("Tags", e.tagsFunc(w, key)))
	}
	return fields
}

// codecOption spells the codec, in frames whether something is compressed or not:
// what was written before compress= came can then be read after it.
func (e *emitter) codecOption(w *emit.Func) *jen.Statement {
	above := jen.Code(jen.Lit(0))
	if e.opts.Compress.Set {
		above = byteCount(e.opts.Compress.Bytes)
	}
	// frame.Of[*User](getUserCodec{}, 4<<10)
	return w.Runtime("cache/frame", "Of").Types(e.valueTypeOf(w)).Call(e.plainCodec(w), above)
}

func (e *emitter) plainCodec(w *emit.Func) *jen.Statement {
	user := e.share.user
	switch {
	case user == nil:
		return w.Ident(e.share.carried.Type).Values()
	case user.json:
		return w.Runtime("cache/codec", "JSON").Types(e.valueTypeOf(w)).Call()
	case user.variable:
		return w.Ident(user.name).Add(w.TypeArgList(e.fn)).Values()
	}
	switch user.object.Type().Underlying().(type) {
	case *types.Struct, *types.Array, *types.Slice, *types.Map:
		made := e.codecTypeOf(w).Values()
		if user.pointer {
			made = jen.Op("&").Add(made)
		}
		return made
	}
	made := w.Ident("new").Call(e.codecTypeOf(w))
	if !user.pointer {
		made = jen.Op("*").Add(made)
	}
	return made
}

// codecTypeOf spells a type of the user's.
func (e *emitter) codecTypeOf(w *emit.Func) *jen.Statement {
	named := w.Object(e.share.user.object)
	if e.share.user.generic {
		named.Add(w.TypeArgList(e.fn))
	}
	return named
}

// codecs writes what codecOption refers to.
func (e *emitter) codecs() []jen.Code {
	switch {
	case !e.share.leaves:
		return nil
	case e.share.carried != nil:
		return e.share.carried.Emit(e.file)
	case e.share.user.variable:
		return []jen.Code{e.codecReach()}
	}
	return nil
}

// codecReach writes a type that reaches a codec of the user's, which is a variable
// and must not be referred to when the cache is initialised:
//
//	type getUserCodec struct{}
//
//	func (getUserCodec) Append(b []byte, v *User) ([]byte, error) { return userCodec.Append(b, v) }
func (e *emitter) codecReach() jen.Code {
	name := e.share.user.name
	about := name + " reaches " + e.opts.Codec.Text + " at its first use, when it is initialised."
	declaration := e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		return jen.Add(emit.Comment(about), jen.Line(), jen.Type().Id(name).Add(w.TypeParamList(e.fn)).Struct())
	})
	both := jen.Add(declaration)
	for _, method := range []string{"Append", "Decode", "Schema"} {
		both.Line().Line().Add(e.reachMethod(name, method))
	}
	return both
}

func (e *emitter) reachMethod(name, method string) jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		bytes := func() *jen.Statement { return jen.Index().Add(w.Ident("byte")) }
		b, v := w.Local("b"), w.Local("v")
		var params, args, results []jen.Code
		switch method {
		case "Append":
			params = []jen.Code{jen.Id(b).Add(bytes()), jen.Id(v).Add(e.valueTypeOf(w))}
			args, results = []jen.Code{jen.Id(b), jen.Id(v)}, []jen.Code{bytes(), w.Ident("error")}
		case "Decode":
			params = []jen.Code{jen.Id(b).Add(bytes())}
			args, results = []jen.Code{jen.Id(b)}, []jen.Code{e.valueTypeOf(w), w.Ident("error")}
		default:
			results = []jen.Code{w.Ident("string")}
		}
		returned := jen.Code(jen.Params(results...))
		if len(results) == 1 {
			returned = results[0]
		}
		return jen.Func().Params(jen.Id(name).Add(w.TypeArgList(e.fn))).Id(method).Params(params...).Add(returned).
			Block(jen.Return(w.Object(e.share.user.object).Dot(method).Call(args...)))
	})
}
