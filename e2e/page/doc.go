// Package page tests the live page of runtime/monitor in a real browser, while the shop of
// examples/dashboard is under load. It needs Chromium, which make chromium installs, unless
// BUNSUI_WITHOUT_CHROMIUM is 1.
package page
