# SPDX-License-Identifier: BSD-2-Clause
# Sourced first by tests that change PAM's or the name service's configuration: runs the test
# once more in a mount namespace of its own, where /etc and the folders of PAM are copies.
# Nothing of this machine changes. The copies are in $copies. A test that is not inside must not
# go on: it would change the machine. So each begins with these three lines:
#
#   : "${VID_SRC:?}" "${VID_BUILD:?}"
#   . "$VID_SRC/tests/host/private.sh" || exit 99
#   on_private_host || exit 99
#
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/lib.sh" || exit 99

if [ -z "${VID_PRIVATE_HOST:-}" ]; then
	[ "$(id -u)" = 0 ] || skip_all "only root can make a mount namespace"
	unshare -m true 2>/dev/null || skip_all "no mount namespaces here"
	copies=$(mktemp -d) || exit 99
	VID_PRIVATE_HOST=$copies VID_HOST_ETC=$(stat -c %d:%i /etc) unshare -m --propagation private bash "$0" "$@"
	code=$?
	rmdir "$copies"
	exit $code
fi

copies=$VID_PRIVATE_HOST
mount -t tmpfs -o mode=755 tmpfs "$copies" || skip_all "no tmpfs here"

# Is /etc the copy?
on_private_host()
{
	[ -n "$copies" ] && [ "$(stat -c %d:%i /etc)" = "$(stat -c %d:%i "$copies/etc")" ] &&
		[ "$(stat -c %d:%i /etc)" != "${VID_HOST_ETC:?}" ]
}

# own FOLDER: from now on a copy of it, if it is there
own()
{
	[ -d "$1" ] || return 0
	mkdir -p "$copies$1" && cp -a "$1/." "$copies$1/" && mount --bind "$copies$1" "$1" || exit 99
}

# hide FOLDER: from now on empty, if it is there
hide()
{
	[ ! -d "$1" ] || mount -t tmpfs -o mode=755 tmpfs "$1" || exit 99
}

# configured NAME: a folder of configure's, as it is installed
configured()
{
	local prefix exec_prefix datarootdir localstatedir
	prefix=$(sed -n 's/^prefix = //p' "$VID_BUILD/Makefile")
	# shellcheck disable=SC2034 # what the others are made of
	exec_prefix=$prefix datarootdir=$prefix/share
	localstatedir=$(eval "echo \"$(sed -n 's/^localstatedir = //p' "$VID_BUILD/Makefile")\"")
	eval "echo \"$(sed -n "s/^$1 = //p" "$VID_BUILD/Makefile")\""
}

own /etc
own /var/lib/pam
own /var/cache/debconf
hide "$(configured libexecdir)/vid" # no vidd of this machine
hide "$(configured localstatedir)/lib/vid"
hide "$(configured runstatedir)/vid"
rm -rf /etc/vid
