# SPDX-License-Identifier: BSD-2-Clause
# On a machine where vid is set up and in use, tests see nothing of it: its accounts, its map and
# settings, its log; and a source folder that only root can enter is no hindrance. The machine
# is made here, in a mount namespace.
#
# By hand, every test there: VID_SET_UP_TESTS=all bash tests/host/set_up.sh, with VID_SRC,
# VID_BUILD and VID_SHARED set as `make check` does.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/host/private.sh" || exit 99
on_private_host || exit 99

vid=$VID_BUILD/vid/vid
module=$(find "$VID_BUILD" -path "$VID_BUILD/.libs/libnss_vid.so.2*" -type f | head -n 1)
[ -x "$vid" ] && [ -n "$module" ] || skip_all "vid is not built"
nm -D "$module" | grep -qE '__(asan|ubsan|tsan)' && skip_all "other programs carry no sanitizer"
isolated=(sh "$VID_SRC/tests/host/isolated")

# --- the machine ----------------------------------------------------------------------------------
conf=$(configured sysconfdir)/vid state=$(configured localstatedir)/lib/vid
# there FOLDER: it is, and what is put into it is gone at the end
there()
{
	local at=$1
	while [ ! -d "$at" ]; do
		at=$(dirname "$at")
	done
	case $at in
	"$copies"* | /etc | /etc/*) ;;
	/) skip_all "no folder for $1" ;;
	*)
		mkdir -p "$copies/over$at"/{up,work}
		mount -t overlay -o "lowerdir=$at,upperdir=$copies/over$at/up,workdir=$copies/over$at/work" \
			overlay "$at" || skip_all "no overlay over $at here"
		;;
	esac
	mkdir -p "$1"
}
there "$conf/issuers.d"
there "$state"
libs=$(dirname "$(readlink -f "$(find /lib/*-linux-gnu /usr/lib/*-linux-gnu -name libnss_systemd.so.2 -o -name libc.so.6 2>/dev/null | head -n 1)")")
there "$libs"
install -m 644 "$module" "$libs/libnss_vid.so.2"
ldconfig 2>/dev/null
cd "$copies" || exit 99
"$vid" host init >/dev/null 2>&1
"$vid" issuer trust --iss https://id.example.org --realm realm:x --as example \
	--status none --key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a >/dev/null 2>&1
# the names and numbers that tests use themselves
"$vid" account add --uid 64123 AAECAwQFBgcICQoLDA0ODw@example vkim >/dev/null 2>said
"$vid" account add --uid 60001 ICEiIyQlJicoKSorLC0uLw@example kim >/dev/null 2>>said
"$vid" account compile >/dev/null 2>>said
sed -i -E 's/^(passwd|group|shadow):([[:space:]]*files)/\1:\2 vid/' /etc/nsswitch.conf
holds "the machine is set up: the name service knows the map's account" \
	test "$(getent passwd vkim | cut -d: -f3)" = 64123
mkdir -p dev
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do
	: >dev/$node && mount --bind /dev/$node dev/$node || exit 99
done
ln -s /proc/self/fd dev/fd
mkdir dev/shm
mount --rbind dev /dev || exit 99
: >log
if command -v socat >/dev/null; then
	socat -u UNIX-RECV:/dev/log,mode=666 OPEN:"$copies/log",append &
	socat=$!
	trap 'kill $socat' EXIT
	for ((i = 0; i < 100; i++)); do
		[ ! -S /dev/log ] || break
		sleep 0.05
	done
	logger -p authpriv.info "the log is there"
	sleep 0.2
	holds "the machine is set up: its log takes lines" grep -q 'the log is there' log
fi

# --- what a test sees ----------------------------------------------------------------------------------
export VID_SHARED=${VID_SHARED:-$VID_SRC/../shared}
nothing "a test finds no account of the machine's map" "$("${isolated[@]}" getent passwd vkim kim 64123 60001)"
holds "it finds root" "${isolated[@]}" getent passwd root
nothing "it finds no settings, key, map or state of the machine's" \
	"$("${isolated[@]}" find "$conf" "$state" -mindepth 1)"
: >log
"${isolated[@]}" logger -p authpriv.info "event=login of a test" 2>/dev/null
sleep 0.2
nothing "its log lines do not reach the machine's log" "$(cat log)"
holds "outside all is as it was" test "$(getent passwd vkim | cut -d: -f3)" = 64123
holds "and the map is there" test -s "$state/accounts.cdb"

# --- closed folders --------------------------------------------------------------------------------------
# as_nobody COMMAND...: what helpers and tests without rights can do
as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
mkdir -p closed/room/vid/build closed/room/shared/models
cp "$VID_BUILD/Makefile" closed/room/vid/build/
mkdir -p closed/room/vid/tests/host
cp "$VID_SRC/tests/host/nsswitch.conf" closed/room/vid/tests/host/
echo source >closed/room/vid/source
echo model >closed/room/shared/models/one
# in_closed COMMAND: through a shell, in the build folder of that source folder
in_closed()
{
	(cd closed/room/vid/build && VID_SRC=$copies/closed/room/vid VID_BUILD=$copies/closed/room/vid/build \
		VID_SHARED=$copies/closed/room/vid/../shared "${isolated[@]}" sh -c "$1")
}
chmod 700 closed
holds "a source folder below one of root's alone is read by every user" \
	in_closed "$as_nobody cat $copies/closed/room/vid/source"
holds "and so are the shared data" in_closed "$as_nobody cat $copies/closed/room/shared/models/one"
holds "what a test writes is kept" in_closed "echo result >result"
holds "in the real folder" grep -q result closed/room/vid/build/result
holds "the folder above stays root's alone" test "$(stat -c %a closed)" = 700
chmod 755 closed
chmod 700 closed/room/vid closed/room/vid/build
holds "a source folder of root's alone as well" in_closed "$as_nobody cat $copies/closed/room/vid/source"
holds "and a build folder of root's alone" in_closed "$as_nobody test -r $copies/closed/room/vid/build/Makefile"
holds "whose modes stay as they are" test "$(stat -c %a closed/room/vid)" = 700

# --- tests ------------------------------------------------------------------------------------------------
# Those that a machine with vid on it would disturb, or that it would be disturbed by; or all.
if [ "${VID_SET_UP_TESTS:-}" = all ]; then
	tests=$(make -s -C "$VID_BUILD" -f Makefile -f - print <<<'print: ; @echo $(TESTS)')
else
	tests="tests/nss/getent.sh tests/nss/account.sh tests/tools/clock.sh"
fi
: >log
for test in $tests; do
	case $test in
	tests/host/set_up.sh) continue ;;
	*.sh) command=(bash "$VID_SRC/$test") ;;
	*) command=("$VID_BUILD/$test") ;;
	esac
	if (cd "$VID_BUILD" && unset VID_PRIVATE_HOST && CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 5 600 \
		"${isolated[@]}" "${command[@]}") >said 2>&1 && ! grep -q '^not ok' said; then
		pass "$test passes on a machine where vid is set up"
	else
		fail "$test passes on a machine where vid is set up" "$(grep -vE '^ok ' said | tail -n 30)"
	fi
done
nothing "none of them wrote to the machine's log" "$(cat log)"
finish
