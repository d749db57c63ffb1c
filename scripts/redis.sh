#!/usr/bin/env bash
# Makes sure that there is a Redis server for the tests, and says where. It starts
# none, and never installs a service: Debian's redis-tools has the program without
# one. As root it installs that package; otherwise it unpacks it below .tools.
# Nothing happens where there is a server already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=$PWD/.tools/redis

# present prints the path of the server, as internal/redistest finds it.
present() {
	command -v redis-server || command -v redis-check-rdb || { [[ -x $folder/bin/redis-server ]] && echo "$folder/bin/redis-server"; }
}

give_up() {
	cat >&2 <<-END
		There is no redis-server, and this script cannot install it: $1.
		Install Redis 6.2 or later so that redis-server is in the PATH (macOS: brew install redis; Fedora: dnf install redis;
		Alpine: apk add redis), or set BUNSUI_WITHOUT_REDIS=1 to skip the tests that need it.
	END
	exit 1
}

# install uses the lists of packages as they are, and brings them up to date only if
# that fails.
install() {
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y -qq --no-install-recommends redis-tools >/dev/null 2>&1 && return
	echo "updating the lists of packages"
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends redis-tools >/dev/null
}

# unpack needs neither root nor lists that are newer than the machine's.
unpack() {
	local work
	work=$(mktemp -d)
	trap 'rm -rf "$work"' RETURN
	(cd "$work" && apt-get download -qq redis-tools libjemalloc2 liblzf1) || return 1
	mkdir "$work/root" "$work/bin"
	for package in "$work"/*.deb; do
		dpkg-deb -x "$package" "$work/root"
	done
	mkdir -p "$work/lib"
	find "$work/root/usr/lib" -name '*.so*' -exec cp -a {} "$work/lib" \;
	cp "$work/root/usr/bin/redis-check-rdb" "$work/lib/redis-server"
	# The program is the server if it is called so.
	cat >"$work/bin/redis-server" <<-'END'
		#!/bin/sh
		lib=$(CDPATH='' cd -- "$(dirname -- "$0")/../lib" && pwd)
		LD_LIBRARY_PATH=$lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
		export LD_LIBRARY_PATH
		exec "$lib/redis-server" "$@"
	END
	chmod +x "$work/bin/redis-server"
	"$work/bin/redis-server" --version >/dev/null || return 1
	rm -rf "$folder"
	mkdir -p "$folder"
	mv "$work/bin" "$work/lib" "$folder"
}

if path=$(present); then
	echo "redis-server is there: $path"
	exit
fi
command -v apt-get >/dev/null || give_up "it knows no package manager but apt-get"
if [[ $(id -u) == 0 ]]; then
	install || give_up "apt-get install redis-tools has failed"
else
	command -v dpkg-deb >/dev/null || give_up "there is no dpkg-deb"
	unpack || give_up "redis-tools could not be downloaded or does not run; as root, run apt-get update"
fi
path=$(present) || give_up "the package redis-tools has no server"
echo "redis-server is installed: $path"
