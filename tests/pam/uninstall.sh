# SPDX-License-Identifier: BSD-2-Clause
# `make uninstall` takes vid out of PAM and the name service first, or removes nothing.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/host/private.sh" || exit 99
on_private_host || exit 99

script=$VID_SRC/conf/deactivation.sh
multiarch=/usr/lib/$(uname -m)-linux-gnu
# off [ROOT]: as make calls it for an installation under /usr
off()
{
	sh "$script" "${1:-}" "$multiarch/security" "$multiarch" /usr/share
}
hide /usr/lib/pam.d
hide /usr/share/pam.d
hide /usr/local/etc
grep -l pam_vid /etc/pam.d/* /etc/pam.conf 2>/dev/null | while read -r file; do
	sed -i '/pam_vid/d' "$file"
done

# --- nsswitch.conf ------------------------------------------------------------------------------
cat >/etc/nsswitch.conf <<'CONF'
# vid comes after files: vid
passwd:         files vid systemd
group: files vid [!UNAVAIL=return] systemd # vid here
shadow:	files vid
gshadow: vid
netgroup:vid files
initgroups: files vid[NOTFOUND=return success=merge] [SUCCESS=return] sss
publickey: vid vid # only
hosts: files mdns4_minimal [NOTFOUND=return] dns vidx myvid
sudoers: vid [NOTFOUND=return]
CONF
printf 'services: db vid' >>/etc/nsswitch.conf # no line end
cat >"$copies/wanted" <<'CONF'
# vid comes after files: vid
passwd:         files systemd
group: files systemd # vid here
shadow:	files
gshadow: files
netgroup:files
initgroups: files sss
publickey: files # only
hosts: files mdns4_minimal [NOTFOUND=return] dns vidx myvid
sudoers: files
CONF
printf 'services: db' >>"$copies/wanted"
cp /etc/nsswitch.conf "$copies/nsswitch"
chmod 604 /etc/nsswitch.conf
chown 0:12 /etc/nsswitch.conf
holds "vid is taken out of nsswitch.conf" off
holds "all other words of nsswitch.conf stay" diff "$copies/wanted" /etc/nsswitch.conf
holds "its mode and owner stay" test "$(stat -c '%a %u %g' /etc/nsswitch.conf)" = "604 0 12"
inode=$(stat -c %i /etc/nsswitch.conf)
holds "a second time there is nothing to do" off
holds "and the file is not written anew" test "$inode" = "$(stat -c %i /etc/nsswitch.conf)"
nothing "no temporary file is left" "$(find /etc -maxdepth 1 -name 'nsswitch.conf.*')"

mv /etc/nsswitch.conf /etc/elsewhere
cp "$copies/nsswitch" /etc/elsewhere
ln -s elsewhere /etc/nsswitch.conf
holds "a link of nsswitch.conf's is followed" off
holds "and stays a link" test "$(readlink /etc/nsswitch.conf)" = elsewhere
holds "what it leads to is changed" diff "$copies/wanted" /etc/elsewhere
rm /etc/nsswitch.conf /etc/elsewhere
holds "without nsswitch.conf there is nothing to do" off

# A kill at any system call leaves the old file or the new one.
if command -v strace >/dev/null; then
	nothing "a kill at any rename or write leaves the old file or the new one S34" "$(
		for call in write rename fsync close; do
			for when in 1 2 3; do
				cp "$copies/nsswitch" /etc/nsswitch.conf
				strace -f -qqq -o /dev/null -e trace=none \
					-e inject=$call:signal=KILL:when=$when \
					sh "$script" "" "$multiarch/security" "$multiarch" /usr/share >/dev/null 2>&1
				cmp -s /etc/nsswitch.conf "$copies/nsswitch" ||
					cmp -s /etc/nsswitch.conf "$copies/wanted" ||
					echo "killed at $call $when"
				rm -f /etc/nsswitch.conf.*
			done
		done
	)"
else
	skip "a kill at any rename or write leaves the old file or the new one S34" "no strace"
fi

# --- PAM ------------------------------------------------------------------------------------------
# refuses NAME FILE LINE: with that line in it nothing is done, and the line is shown
refuses()
{
	local said
	cp "$copies/nsswitch" /etc/nsswitch.conf
	mkdir -p "$(dirname "$2")"
	printf '# a stack\n%s\n' "$3" >"$2"
	if said=$(off 2>&1); then
		fail "$1" "it was not refused: $said"
	elif [[ $said != *"$2:2:"* ]]; then
		fail "$1" "it does not say where: $said"
	elif ! cmp -s "$copies/nsswitch" /etc/nsswitch.conf; then
		fail "$1" "nsswitch.conf was changed"
	else
		pass "$1"
	fi
	rm "$2"
}
refuses "an account line refuses" /etc/pam.d/su 'account required pam_vid.so'
refuses "an auth line refuses" /etc/pam.d/vid-x $'auth\tsufficient\tpam_vid.so debug'
refuses "a line that gives way refuses too" /etc/pam.d/vid-x \
	'session [success=ok module_unknown=ignore default=bad] pam_vid.so'
refuses "a full path refuses" /etc/pam.d/vid-x "auth sufficient $multiarch/security/pam_vid.so"
refuses "pam.conf counts" /etc/pam.conf 'su auth sufficient pam_vid.so'
[ ! -d /usr/lib/pam.d ] ||
	refuses "a vendor's folder counts" /usr/lib/pam.d/x 'su auth sufficient pam_vid.so'
printf '#auth sufficient pam_vid.so\nauth required pam_unix.so # pam_vid.so\n' >/etc/pam.d/vid-x
holds "a comment does not refuse" off
rm /etc/pam.d/vid-x
echo 'account required pam_vid.so' >/etc/pam.d/vid-x
cp "$copies/nsswitch" /etc/nsswitch.conf
holds "an installation beside the system is in no stack by its bare name" \
	sh "$script" "" /home/me/inst/lib/security /home/me/inst/lib /home/me/inst/share
holds "and the name service never searched it" cmp "$copies/nsswitch" /etc/nsswitch.conf
echo 'account required /home/me/inst/lib/security/pam_vid.so' >/etc/pam.d/vid-x
if sh "$script" "" /home/me/inst/lib/security /home/me/inst/lib /home/me/inst/share 2>/dev/null; then
	fail "but it is by its full path"
else
	pass "but it is by its full path"
fi
rm /etc/pam.d/vid-x

# --- the profile of pam-auth-update -----------------------------------------------------------------
if command -v pam-auth-update >/dev/null && [ -e /usr/share/pam/common-auth ]; then
	own /usr/share/pam-configs
	cp "$VID_SRC/conf/pam-configs/vid" /usr/share/pam-configs/
	export DEBIAN_FRONTEND=noninteractive
	pam-auth-update --force </dev/null >/dev/null 2>&1
	grep -h '^[^#]' /etc/pam.d/common-* >"$copies/before"
	pam-auth-update --package --enable vid </dev/null >/dev/null 2>&1
	holds "the profile is enabled" grep -q pam_vid /etc/pam.d/common-account
	holds "an enabled profile is taken out" off
	grep -h '^[^#]' /etc/pam.d/common-* >"$copies/after"
	holds "and nothing else of the stacks" diff "$copies/before" "$copies/after"
	pam-auth-update --package --enable vid </dev/null >/dev/null 2>&1
	mkdir -p "$copies/image/etc/pam.d"
	holds "with a root of its own the host's profile stays" off "$copies/image"
	holds "which it does" grep -q pam_vid /etc/pam.d/common-account
	off >/dev/null 2>&1
else
	skip "an enabled profile is taken out" "no pam-auth-update"
fi

# --- make ---------------------------------------------------------------------------------------------
nothing "each part of make's uninstall comes after it" "$(
	order=$(cat "$VID_SRC/conf/uninstall-order.mk")
	sed -n '/^uninstall-am:/,/[^\\]$/p' "$VID_BUILD/Makefile" | tr -s ' \t\\' '\n' |
		grep '^uninstall-' | grep -v ':$' | while read -r target; do
		grep -qw -- "$target" <<<"$order" || echo "$target is missing in conf/uninstall-order.mk"
	done
)"
image=$copies/dest
into=(DESTDIR="$image" prefix=/usr exec_prefix=/usr sysconfdir=/etc libdir="$multiarch"
	pamdir="$multiarch/security")
mkdir -p "$image/etc/pam.d" "$image$multiarch/security" "$image/usr/bin" "$image/usr/libexec/vid"
cp "$copies/nsswitch" "$image/etc/nsswitch.conf"
cp "$copies/nsswitch" /etc/nsswitch.conf
echo 'account required pam_vid.so' | tee /etc/pam.d/vid-x >"$image/etc/pam.d/su"
# What make removes is decided by names.
echo module >"$image$multiarch/security/pam_vid.so"
echo vid >"$image/usr/bin/vid"
if make -C "$VID_BUILD" -j4 uninstall "${into[@]}" >"$copies/said" 2>&1; then
	fail "make uninstall refuses while a stack of the image names pam_vid" "$(tail "$copies/said")"
else
	holds "make uninstall refuses while a stack of the image names pam_vid" \
		grep -q 'etc/pam.d/su:1:account' "$copies/said"
fi
holds "and has removed nothing" test -e "$image$multiarch/security/pam_vid.so" -a -e "$image/usr/bin/vid"
rm "$image/etc/pam.d/su"
holds "without that line it uninstalls" make -C "$VID_BUILD" -j4 uninstall "${into[@]}"
holds "the module is gone" test ! -e "$image$multiarch/security/pam_vid.so"
holds "and so is vid in the image's nsswitch.conf" diff "$copies/wanted" "$image/etc/nsswitch.conf"
holds "the host's own is not touched" cmp "$copies/nsswitch" /etc/nsswitch.conf
holds "nor are the host's stacks" grep -q pam_vid /etc/pam.d/vid-x
finish
