# SPDX-License-Identifier: BSD-2-Clause
# That a softkey is a key and no mirror of our own code: tools.sh at a socket.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/lib.sh"

preload=$VID_BUILD/tests/softkey/.libs/preload.so
[ -e "$preload" ] || skip_all "no preload.so"
nm -D "$preload" | grep -qE '__(asan|ubsan|tsan)' &&
	skip_all "other people's programs do not load a sanitizer"

box=$(mktemp -d) || exit 99
"$VID_BUILD/tests/softkey/softkey" --listen "$box/key" &
softkey=$!
trap 'kill $softkey; rm -rf "$box"' EXIT
for _ in {1..200}; do
	[ -S "$box/key" ] && break
	sleep 0.05
done
SOFTKEY=$box/key LD_PRELOAD=$preload bash "$VID_SRC/tests/softkey/tools.sh" "$box/key"
