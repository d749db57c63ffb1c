#!/usr/bin/env bash
# Makes sure that what stands in for AWS in the tests is there: dynalite for DynamoDB and
# fauxqs for SQS. It starts nothing. Both are programs for Node.js, which is installed as
# root from Debian if there is none; npm puts them below .tools, at the versions and with
# the checksums of scripts/aws/package-lock.json, and runs none of their scripts. Nothing
# happens where they are already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=$PWD/.tools/aws wanted=scripts/aws/package-lock.json

# present also tells whether they are those of the lock file.
present() { cmp -s "$wanted" "$folder/package-lock.json"; }

give_up() {
	cat >&2 <<-END
		There are no stand-ins for AWS, and this script cannot install them: $1.
		Install Node.js 18 or later with npm (macOS: brew install node; Fedora: dnf install nodejs-npm; Debian, as root:
		apt-get install nodejs npm), or set BUNSUI_WITHOUT_AWS=1 to skip the tests that need them.
	END
	exit 1
}

# recent reports whether there is a Node.js that runs them, and npm.
recent() {
	command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null
}

# install_node uses the lists of packages as they are, and brings them up to date only if
# that fails.
install_node() {
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null 2>&1 && return
	echo "updating the lists of packages"
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
}

# install leaves nothing half done: the folder is complete when it appears.
install() {
	local work log
	mkdir -p .tools
	echo '*' >.tools/.gitignore
	work=$(mktemp -d .tools/aws.XXXXXX)
	log=$(mktemp)
	trap 'rm -rf "$work" "$log"' RETURN
	cp scripts/aws/package.json "$wanted" "$work"
	chmod 755 "$work"
	(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 || { cat "$log" >&2; return 1; }
	rm -rf "$folder"
	mv "$work" "$folder"
}

if [[ "${BUNSUI_WITHOUT_AWS:-}" == 1 ]]; then
	echo "no stand-ins for AWS: BUNSUI_WITHOUT_AWS is 1"
	exit
fi
if present; then
	echo "stand-ins for AWS are there: $folder"
	exit
fi
if ! recent; then
	command -v apt-get >/dev/null && [[ $(id -u) == 0 ]] || give_up "there is no Node.js that is recent enough, or no npm"
	install_node || give_up "apt-get install nodejs npm has failed"
	recent || give_up "the Node.js of the distribution is too old"
fi
install || give_up "npm ci has failed"
echo "stand-ins for AWS are installed: $folder"
