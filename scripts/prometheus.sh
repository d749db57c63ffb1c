#!/usr/bin/env bash
# Makes sure that there are prometheus and promtool for the tests, which start the
# server themselves (internal/promtest). Where they are missing, Debian's package is
# unpacked below .tools, for root as well: installing it would bring a service that
# begins to run, at the latest with the machine's next start. Nothing happens where the
# programs are already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=$PWD/.tools/prometheus

# present prints the path of a program, as internal/promtest finds it.
present() {
	command -v "$1" || { [[ -x $folder/$1 ]] && echo "$folder/$1"; }
}

give_up() {
	cat >&2 <<-END
		There is no prometheus with promtool, and this script cannot get them: $1.
		Install Prometheus 2.40 or later so that both are in the PATH (macOS: brew install prometheus; Fedora: dnf install
		golang-github-prometheus; Alpine: apk add prometheus; else: prometheus.io/download), or set BUNSUI_WITHOUT_PROMETHEUS=1
		to skip the tests that need them.
	END
	exit 1
}

# download puts the package into a folder. The lists of packages are taken as they are,
# and brought up to date only if that fails and the user may.
download() {
	(cd "$1" && apt-get download -qq prometheus 2>"$1/log") && return
	if [[ $(id -u) == 0 ]]; then
		echo "updating the lists of packages"
		apt-get update -qq && (cd "$1" && apt-get download -qq prometheus 2>"$1/log") && return
	fi
	cat "$1/log" >&2
	return 1
}

# unpack takes the two programs, which need nothing else of the package.
unpack() {
	local work
	work=$(mktemp -d)
	# shellcheck disable=SC2064 # the folder of now
	trap "rm -rf '$work'" EXIT
	download "$work" || give_up "apt-get download prometheus has failed; as root, run apt-get update"
	dpkg-deb -x "$work"/prometheus_*.deb "$work/root"
	for program in prometheus promtool; do
		"$work/root/usr/bin/$program" --version >/dev/null 2>&1 || give_up "the $program of the package does not run"
	done
	mkdir -p "$folder"
	mv "$work"/root/usr/bin/prometheus "$work"/root/usr/bin/promtool "$folder"
}

if ! { present prometheus && present promtool; } >/dev/null; then
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || give_up "it knows no package manager but Debian's"
	unpack
fi
for program in prometheus promtool; do
	path=$(present "$program") || give_up "the package has no $program"
	echo "$program is there: $path"
done
