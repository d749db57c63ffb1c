#!/usr/bin/env bash
# Makes sure that there is a Chromium for the tests of the live page (e2e/page), which
# start it themselves. As root on Debian it installs the package, which has no service.
# Nothing happens where there is a browser already. A browser has a hundred libraries,
# so that it is not unpacked for others as small servers are. Where there is npm it also
# puts axe-core below .tools, by which the tests judge the page's accessibility.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=$PWD/.tools/axe wanted=scripts/chromium/package-lock.json

# present prints the path of the browser, as e2e/page finds it.
present() {
	local name
	for name in chromium chromium-browser google-chrome google-chrome-stable \
		'/Applications/Chromium.app/Contents/MacOS/Chromium' \
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
		command -v "$name" && return
	done
	return 1
}

give_up() {
	cat >&2 <<-END
		There is no Chromium, and this script cannot install it: $1.
		Install Chromium or Chrome 120 or later (Debian: apt-get install chromium, as root; macOS: brew install --cask chromium;
		Fedora: dnf install chromium; Alpine: apk add chromium), or set BUNSUI_WITHOUT_CHROMIUM=1 to skip the tests that need it.
	END
	exit 1
}

# install uses the lists of packages as they are, and brings them up to date only if
# that fails. It waits for another apt-get to end.
install() {
	export DEBIAN_FRONTEND=noninteractive
	local -r command=(apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends chromium)
	"${command[@]}" >/dev/null 2>&1 && return
	echo "updating the lists of packages"
	apt-get update -qq
	"${command[@]}" >/dev/null
}

# axe leaves nothing half done: the folder is complete when it appears. Without axe-core
# the tests look at less, which is no reason to give up.
axe() {
	cmp -s "$wanted" "$folder/package-lock.json" && return
	command -v npm >/dev/null || { echo "no npm, and so no axe-core"; return; }
	local work
	mkdir -p .tools
	echo '*' >.tools/.gitignore
	work=$(mktemp -d .tools/axe.XXXXXX)
	cp scripts/chromium/package.json "$wanted" "$work"
	chmod 755 "$work"
	if (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null 2>&1); then
		rm -rf "$folder"
		mv "$work" "$folder"
		echo "axe-core is installed: $folder"
	else
		rm -rf "$work"
		echo "npm could not fetch axe-core"
	fi
}

if [[ "${BUNSUI_WITHOUT_CHROMIUM:-}" == 1 ]]; then
	echo "no chromium: BUNSUI_WITHOUT_CHROMIUM is 1"
	exit
fi
if path=$(present); then
	echo "chromium is there: $path"
else
	command -v apt-get >/dev/null || give_up "it knows no package manager but apt-get"
	[[ $(id -u) == 0 ]] || give_up "it is not run by root"
	install || give_up "apt-get install chromium has failed"
	path=$(present) || give_up "the package chromium has no browser"
	echo "chromium is installed: $path"
fi
axe
