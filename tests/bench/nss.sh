#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# nss.sh TOP BUILD [--markdown] [COUNT...]: what accounts cost with nss_vid and with other
# sources of nsswitch.conf, as many as each COUNT (10, 10,000 and 1,000,000), in one run. All
# are asked through glibc by one program, bench_nss; ours is the module as it is installed.
# The others are Debian's packages, fetched once into the build folder and unpacked there,
# never installed. Needs root. Nothing of the machine is changed. BENCH_SOURCES in the
# environment names fewer sources: files extrausers db cache sss systemd userdbd vid.
set -eu
. "$1/tests/bench/stage.sh"
top=$1 build=$2
peers=$build/tests/bench/peers
stage_enter bench-nss "$@"
shift 2
markdown=0
if [ "${1:-}" = --markdown ]; then
	markdown=1
	shift
fi
[ $# -gt 0 ] || set -- 10 10000 1000000

# Packages that this machine has not, with all that they need, unpacked over each other.
fetch_peers()
{
	local wanted='libnss-extrausers libnss-db libnss-cache sssd-common libnss-systemd systemd-userdbd'
	local names folder
	[ ! -d "$peers/root" ] || return 0
	rm -rf "$peers" && mkdir -p "$peers/new" && cd "$peers" || return
	# shellcheck disable=SC2086 # a list of words
	names=$(apt-get -s install --no-install-recommends $wanted 2>/dev/null |
		sed -n 's/^Inst \([^ ]*\).*/\1/p') &&
		apt-get -q -o APT::Sandbox::User=root download $names >&2 || return
	for folder in *.deb; do dpkg -x "$folder" new || return; done
	# a folder /lib would hide the symbolic link that it is
	for folder in lib bin sbin; do
		[ ! -d new/$folder ] || { mkdir -p new/usr/$folder &&
			cp -a new/$folder/. new/usr/$folder/ && rm -rf new/${folder:?}; } || return
	done
	mv new root
}

# What was measured: of the packages that were fetched, and of those that are installed.
versions()
{
	{
		ldd --version | sed -n '1s/.* /glibc /p'
		dpkg-query -W -f '${Package} ${Version}\n' libnss-systemd 2>/dev/null
		for deb in "$peers"/{libnss-,sssd-common,systemd-userdbd}*.deb; do
			[ ! -e "$deb" ] || basename "$deb" | sed 's/_[^_]*$//; s/_/ /'
		done
	} | sort -u | paste -sd , | sed 's/,/, /g'
}

if ! (fetch_peers); then
	echo "bench-nss: Debian's packages cannot be fetched: their sources are left out" >&2
	rm -rf "$peers"
fi
stage_make "$build"
if [ -d "$peers/root" ]; then cp -a "$peers/root/." "$root/"; fi

# What is asked lies in memory for all of them, without the view's own cost of opening.
over()
{
	mkdir -p "$root$1" "$base/over$1"
	cp -a "$root$1/." "$base/over$1/"
	mount --bind "$base/over$1" "$root$1"
}
over /etc
for folder in /var/lib/misc /var/lib/extrausers /var/lib/sss "$localstatedir/lib/vid" /bench; do
	over "$folder"
done
mkdir -p "$root/bench"/{base,db} "$root$sysconfdir/vid"
cp -p "$root"/etc/{passwd,group,nsswitch.conf} "$root/bench/base/"
cp "$root/var/lib/misc/Makefile" "$root/bench/db/" 2>/dev/null || :
cp "$build"/tests/bench/bench_{nss,status} "$top/tests/bench/nss_sources.sh" "$root/bench/"
echo /bin/sh >"$root/etc/shells"
chroot "$root" ldconfig
inside()
{
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 sysconfdir="$sysconfdir" \
		localstatedir="$localstatedir" vid="$bindir/vid" \
		BENCH_SOURCES="${BENCH_SOURCES:-}" chroot "$root" "$@"
}
inside "$bindir/vid" host init >/dev/null
for count in "$@"; do
	echo "bench-nss: $count accounts" >&2
	inside bash /bench/nss_sources.sh "$count"
done >"$base/figures"
cp "$base/figures" "$build/tests/bench/nss.figures"
printf 'Medians; in brackets, how many times ours. %s x %s, load %s, Linux %s, %s\n\n' \
	"$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u)" \
	"$(cut -d ' ' -f 2 /proc/loadavg)" "$(uname -r)" "$(versions)"
awk -v markdown=$markdown -f "$top/tests/bench/nss_table.awk" "$base/figures"
