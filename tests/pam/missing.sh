# SPDX-License-Identifier: BSD-2-Clause
# A pam_vid.so that is missing or broken locks nobody out: each stack that we ship or print,
# with the real libpam, lets root in by password.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/host/private.sh" || exit 99
on_private_host || exit 99

client=$VID_BUILD/tests/key/client
module=$VID_BUILD/pam_vid/.libs/pam_vid.so
[ -x "$client" ] && [ -f "$module" ] || skip_all "the module or the client is not built"
nm -D "$module" | grep -qE '__(asan|ubsan|tsan)' && skip_all "libpam's programs carry no sanitizer"
unix=$(find /lib /usr/lib -name pam_unix.so 2>/dev/null | head -n 1)
[ -n "$unix" ] && [ -e /usr/share/pam/common-auth ] && command -v pam-auth-update >/dev/null ||
	skip_all "not a Debian with pam-auth-update"
security=$(dirname "$(readlink -f "$unix")")

# --- a host whose root has a password -------------------------------------------------------
own "$security"
hide /usr/share/pam-configs
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' >/etc/passwd
password='correct horse'
printf 'root:%s:19000:0:99999:7:::\n' "$(openssl passwd -6 "$password")" >/etc/shadow
chmod 640 /etc/shadow
printf '%s: files\n' passwd group shadow >/etc/nsswitch.conf
cp "$VID_SRC/conf/pam-configs/vid" /usr/share/pam-configs/
cat >/usr/share/pam-configs/unix <<'PROFILE'
Name: Unix authentication
Default: yes
Priority: 256
Auth-Type: Primary
Auth:
	[success=end default=ignore]	pam_unix.so try_first_pass
Account-Type: Primary
Account:
	[success=end new_authtok_reqd=done default=ignore]	pam_unix.so
Session-Type: Additional
Session:
	required	pam_unix.so
Password-Type: Primary
Password:
	[success=end default=ignore]	pam_unix.so obscure
PROFILE
update()
{
	DEBIAN_FRONTEND=noninteractive pam-auth-update "$@" </dev/null
}
rm -f /etc/pam.d/* /var/lib/pam/*
printf 'auth requisite pam_deny.so\n' >/etc/pam.d/other
update --force --enable unix >/dev/null 2>&1 || skip_all "pam-auth-update does not work here"

# --- the module, in every state --------------------------------------------------------------
there() { install -m 644 "$module" "$security/pam_vid.so"; }
missing() { rm -f "$security/pam_vid.so"; }
# ld.so itself refuses that; what it maps beyond the end of a file would end the program
cut_short() { there && truncate -s 40 "$security/pam_vid.so"; }
another_file() { missing && echo 'not a module' >"$security/pam_vid.so"; }
without_entries() { install -m 644 "$(dirname "$security")/libm.so.6" "$security/pam_vid.so"; }

# enters SERVICE [PASSWORD]: root, who is asked for a password, passes all phases. The caller's
# real user is another, as with su, or pam_rootok would ask for nothing.
enters()
{
	local said
	said=$(setpriv --ruid=65534 -- "$client" --user root --pin "${2:-$password}" \
		--pin "${2:-$password}" --then true /etc/pam.d "$1" 2>&1)
	# A lock screen opens no session.
	if ! grep -q '^code=0 ' <<<"$said" || ! grep -q '^account=0$' <<<"$said" ||
		{ grep -qE '^(session|@include common-session)' "/etc/pam.d/$1" &&
			! { grep -q '^session=0$' <<<"$said" && grep -q '^close=0$' <<<"$said"; }; }; then
		echo "$1: ${said//$'\n'/; }"
		return 1
	fi
}

# everyone_enters NAME SERVICE: with the module in each state; never by a wrong password
everyone_enters()
{
	local state
	nothing "$1" "$(
		for state in there missing cut_short another_file without_entries; do
			$state
			enters "$2" 2>&1 | sed "s/^/the module is $state: /"
		done
		missing
		! enters "$2" wrong >/dev/null || echo "without the module a wrong password lets root in"
	)"
}

# --- each stack ---------------------------------------------------------------------------------
for example in "$VID_SRC"/conf/pam.d/*; do
	name=${example##*/}
	[ "$name" != README ] || continue
	cp "$example" /etc/pam.d/vid-example
	everyone_enters "without pam_vid.so root enters by password, example $name" vid-example
done

# blocks FILE: the fenced blocks with account or session lines of ours, one file each
blocks()
{
	rm -f "$copies"/block.*
	awk -v to="$copies/block." '/^```/ { on = !on; if (on) n++; next } on { print >(to n) }' "$1"
	grep -lE '^(account|session) .*pam_vid' "$copies"/block.* 2>/dev/null
}

# A block of the manual may show some types only; the host's own stacks are the rest.
for page in "$VID_SRC"/man/*.scd "$VID_SRC"/README.md; do
	number=0
	for block in $(blocks "$page"); do
		for type in auth account session; do
			[ $type = auth ] || grep -E "^(#|$type|@include common-$type)" "$block"
			[ $type != auth ] || grep -E "^($type|@include common-$type)" "$block"
			grep -q "^@include common-$type" "$block" || echo "@include common-$type"
		done >/etc/pam.d/vid-example
		everyone_enters "without pam_vid.so root enters by password, ${page##*/} block $((++number))" \
			vid-example
	done
	case ${page##*/} in
	pam_vid.8.scd | README.md)
		[ $number != 0 ] && pass "${page##*/} shows a stack" || fail "${page##*/} shows a stack"
		;;
	esac
done

for type in auth account session; do
	echo "@include common-$type"
done >/etc/pam.d/vid-profile
update --package --enable vid >"$copies/said" 2>&1
holds "pam-auth-update puts the profile into all services" \
	grep -q pam_vid /etc/pam.d/common-auth /etc/pam.d/common-account /etc/pam.d/common-session
everyone_enters "without pam_vid.so root enters by password, the profile" vid-profile

# The test can fail: the control of before shuts out root.
sed 's/^\(account *\)\[.*\]/\1required/' "$VID_SRC/conf/pam.d/su" >/etc/pam.d/vid-required
missing
if enters vid-required >/dev/null; then
	fail "a required account line shuts out root, which this test sees"
else
	pass "a required account line shuts out root, which this test sees"
fi

# No line that we print brings it back.
nothing "no account or session line of ours is required" "$(
	grep -nE '^[[:space:]]*(account|session)[[:space:]]+[^#]*pam_vid' "$VID_SRC"/conf/pam.d/* \
		"$VID_SRC"/man/*.scd "$VID_SRC"/README.md | grep -v 'module_unknown=ignore default=bad\]'
	sed -n '/^\(Account\|Session\)[^:]*:$/,/^[^\t]/p' "$VID_SRC/conf/pam-configs/vid" |
		grep pam_vid | grep -v 'module_unknown=ignore default=bad\]'
	grep -nE '(account|session) (required|requisite)`? *pam_vid' "$VID_SRC"/{man/*.scd,README.md,conf/pam.d/*}
)"
finish
