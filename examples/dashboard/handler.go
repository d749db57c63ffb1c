package main

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/bunsui/bunsui-go/examples/dashboard/shop"
	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// prefix is where the live page is. Its links are relative, so that it may be anywhere.
const prefix = "/debug/bunsui/"

// handler is the shop's site, with the live page in it.
func handler(c config, customers *shop.Customers) http.Handler {
	var opts []monitor.PageOption
	if c.actions {
		opts = append(opts, monitor.AllowActions())
	}
	if c.args {
		opts = append(opts, monitor.ShowArguments())
	}
	mux := http.NewServeMux()
	mux.Handle(prefix, http.StripPrefix(prefix, monitor.Handler(opts...)))
	mux.Handle("GET /{$}", http.RedirectHandler(prefix, http.StatusFound))
	mux.HandleFunc("GET /products/{id}", product)
	mux.HandleFunc("POST /orders", orders)
	mux.HandleFunc("GET /customers", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, customers.Rate()) })
	mux.HandleFunc("POST /customers", func(w http.ResponseWriter, r *http.Request) {
		rate, err := strconv.Atoi(r.FormValue("rate"))
		if err != nil {
			http.Error(w, "rate must be a number of customers a second", http.StatusBadRequest)
			return
		}
		customers.SetRate(rate)
		fmt.Fprintln(w, customers.Rate())
	})
	return mux
}

// product is the page of a product.
func product(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	text, err := shop.Page(r.Context(), 0, id)
	if err != nil {
		problem(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintln(w, text)
}

// orders takes an order of the product and the card that a form names.
func orders(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.FormValue("product"), 10, 64)
	if err != nil {
		http.Error(w, "product must be a number", http.StatusBadRequest)
		return
	}
	number, err := shop.Order(r.Context(), 0, r.FormValue("card"), []int64{id})
	if err != nil {
		problem(w, err)
		return
	}
	fmt.Fprintln(w, number)
}

// problem answers a request that failed.
func problem(w http.ResponseWriter, err error) {
	status := http.StatusServiceUnavailable
	switch {
	case errors.Is(err, batch.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, shop.ErrSoldOut):
		status = http.StatusConflict
	}
	http.Error(w, err.Error(), status)
}
