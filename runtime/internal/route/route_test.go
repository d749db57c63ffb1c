package route

import "testing"

func TestRoutesAddUp(t *testing.T) {
	ctx := t.Context()
	if r := Of(ctx); r != (Route{}) {
		t.Errorf("Of = %+v", r)
	}
	ctx = Around(To(ctx, "a"))
	if r := Of(ctx); !Active() || r != (Route{Manager: "a", Bypass: true}) {
		t.Errorf("Of = %+v", r)
	}
	if r := Of(To(ctx, "b")); r != (Route{Manager: "b", Bypass: true}) {
		t.Errorf("Of = %+v", r)
	}
	if r := Of(Traced(In(ctx, "c"), "d")); r != (Route{Manager: "a", Bypass: true, Tx: "c", Trace: "d"}) {
		t.Errorf("Of = %+v", r)
	}
}

func TestIsolate(t *testing.T) {
	outer := Isolate("outer")
	inner := Isolate("inner")
	if r := Of(t.Context()); r.Manager != "inner" || Process() != "inner" {
		t.Errorf("Of = %+v", r)
	}
	if r := Of(To(t.Context(), "mine")); r.Manager != "mine" {
		t.Errorf("Of = %+v: a context goes before the process", r)
	}
	inner()
	if Process() != "outer" {
		t.Errorf("Process = %v", Process())
	}
	outer()
	if Process() != nil {
		t.Errorf("Process = %v", Process())
	}
}
