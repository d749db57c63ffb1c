package decorator

import (
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// JudgesErrors tells whether a function is a func(error) bool.
func JudgesErrors(sig *types.Signature) bool {
	return sig.TypeParams() == nil && sig.Params().Len() == 1 && !sig.Variadic() && model.IsError(sig.Params().At(0).Type()) &&
		sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Typ[types.Bool])
}
