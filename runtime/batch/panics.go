package batch

import "runtime/debug"

// protect makes a call in a goroutine of its own, waits for its end and returns nil,
// or what it panicked with. As the goroutine is its own, runtime.Goexit in call is a
// PanicError as well and does not end the caller. It costs about a microsecond.
func protect(call func()) *PanicError {
	ended := make(chan *PanicError, 1)
	go guarded(call, func(p *PanicError) { ended <- p })
	return <-ended
}

// guarded makes a call in the goroutine that it is called from, and then calls done
// with nil, or with what call panicked with. It returns after a panic. After
// runtime.Goexit done runs in a deferred function, and the goroutine ends with that.
func guarded(call func(), done func(*PanicError)) {
	returned := false
	defer func() {
		if returned {
			done(nil)
			return
		}
		done(panicErrorOf(recover()))
	}()
	call()
	returned = true
}

// panicErrorOf returns the error of a call that has not returned, for which recover
// gave value. It is for deferred functions, as it notes the stack.
func panicErrorOf(value any) *PanicError {
	if value == nil {
		value = ErrGoexit
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}
