package shop

//bunsui:profile p99=2s max_errors=10% name=shop.find
func find(id int) error { return nil }

//bunsui:profile p50=25ms name=shop.list
func list() {}

//bunsui:profile name=shop.free
func free() error { return nil }
