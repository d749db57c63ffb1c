#!/usr/bin/env bash
# Makes sure that there is an S3 server for the tests, and says where: versitygw, which
# Go builds below .tools from the sources that internal/servers/versitygw pins. That takes
# two minutes once; nothing happens where it is already. It starts nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=$PWD/.tools/versitygw module=internal/servers/versitygw

# present also tells whether it was built from the versions that are wanted.
present() { [[ -x $folder/versitygw ]] && cmp -s "$module/go.mod" "$folder/built-from"; }

# install leaves nothing half done: the folder is complete when it appears.
install() {
	local work
	mkdir -p .tools
	echo '*' >.tools/.gitignore
	work=$(mktemp -d .tools/versitygw.XXXXXX)
	trap 'rm -rf "$work"' RETURN
	(cd "$module" && go build -trimpath -ldflags='-s -w' -o "$OLDPWD/$work/versitygw" github.com/versity/versitygw/cmd/versitygw) || return 1
	cp "$module/go.mod" "$work/built-from"
	chmod 755 "$work"
	rm -rf "$folder"
	mv "$work" "$folder"
}

if [[ "${BUNSUI_WITHOUT_AWS:-}" == 1 ]]; then
	echo "no S3 server: BUNSUI_WITHOUT_AWS is 1"
	exit
fi
if present; then
	echo "S3 server: $folder/versitygw"
	exit
fi
echo "building an S3 server, once"
if ! install; then
	echo "versitygw cannot be built; set BUNSUI_WITHOUT_AWS=1 to skip the tests that need it." >&2
	exit 1
fi
echo "S3 server: $folder/versitygw"
