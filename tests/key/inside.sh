# SPDX-License-Identifier: BSD-2-Clause
# Sourced first by tests in which vid starts vid-fido: the namespace of tests/face/inside.sh,
# with vid-fido and its user in it, and security keys made of software, which a build with
# test sources takes from sockets.
# shellcheck shell=bash
[ -x "$VID_BUILD/vid-fido" ] && [ -x "$VID_BUILD/tests/softkey/softkey" ] ||
	{ echo "1..0 # SKIP vid-fido or the software key is not built"; exit 0; }
grep -q '^#define VID_TEST_SOURCES' "$VID_BUILD/config.h" ||
	{ echo "1..0 # SKIP only a build with test sources takes keys from sockets"; exit 0; }
. "$VID_SRC/tests/face/inside.sh"

install -m 755 "$VID_BUILD/vid-fido" "$VID_BUILD/vid-parse" "$libexec/" || exit 99
if ! id vid-fido >/dev/null 2>&1; then
	for file in passwd group; do
		cp /etc/$file "$inside/$file.fido"
	done
	echo 'vid-fido:x:64114:64114::/:/usr/sbin/nologin' >>"$inside/passwd.fido"
	echo 'vid-fido:x:64114:' >>"$inside/group.fido"
	id vid-parse >/dev/null 2>&1 || {
		echo 'vid-parse:x:64115:64115::/:/usr/sbin/nologin' >>"$inside/passwd.fido"
		echo 'vid-parse:x:64115:' >>"$inside/group.fido"
	}
	mount --bind "$inside/passwd.fido" /etc/passwd && mount --bind "$inside/group.fido" /etc/group || exit 99
fi

keys=$inside/keys
mkdir -m 755 "$keys"
key_pid= other_pid=

# plug NAME OPTION...: a key that has the state NAME is there. It does what keys/policy says.
plug()
{
	local name=$1
	shift
	echo touch >"$keys/policy"
	rm -f "$keys/key.sock"
	"$VID_BUILD/tests/softkey/softkey" --listen "$keys/key.sock" --state "$keys/$name.state" \
		--policy "$keys/policy" --log "$keys/log" "$@" >"$keys/said" 2>&1 &
	key_pid=$!
	for ((i = 0; i < 500; i++)); do
		[ ! -S "$keys/key.sock" ] || return 0
		kill -0 "$key_pid" 2>/dev/null || break
		sleep 0.02
	done
	echo "# the software key does not start: $(cat "$keys/said")"
	return 1
}

unplug()
{
	for pid in $key_pid $other_pid; do
		{ kill "$pid" && wait "$pid"; } 2>/dev/null
	done
	key_pid= other_pid=
	rm -f "$keys/key.sock" "$keys/other.sock"
}

# beside NAME OPTION...: and one more, which is never touched
beside()
{
	local name=$1
	shift
	echo hang >"$keys/other.policy"
	"$VID_BUILD/tests/softkey/softkey" --listen "$keys/other.sock" --state "$keys/$name.state" \
		--policy "$keys/other.policy" --log "$keys/other.log" "$@" >"$keys/other.said" 2>&1 &
	other_pid=$!
	for ((i = 0; i < 500; i++)); do
		[ ! -S "$keys/other.sock" ] || return 0
		sleep 0.02
	done
	return 1
}

# does WORDS...: what the key does from now on
does()
{
	echo "$*" >"$keys/policy"
}
