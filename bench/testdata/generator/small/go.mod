module example.com/small

go 1.26.0

require github.com/bunsui/bunsui-go v0.0.0

replace github.com/bunsui/bunsui-go => ../../../../
