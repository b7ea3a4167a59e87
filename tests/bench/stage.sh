# SPDX-License-Identifier: BSD-2-Clause
#
# Sourced by benchmarks that install the build into a copy-on-write view of this machine:
# namespaces of their own, nothing of the machine is changed, nothing is left.
# shellcheck shell=bash

# stage_enter NAME ARGUMENT...: run the script anew in the namespaces, with its arguments; or
# say why NAME is left out.
stage_enter()
{
	[ -z "${VID_BENCH_INSIDE:-}" ] || return 0
	if [ "$(id -u)" != 0 ] || ! unshare -m -p -f --mount-proc true 2>/dev/null; then
		echo "$1: only root can make the namespaces that it runs in; left out" >&2
		exit 0
	fi
	shift
	VID_BENCH_INSIDE=1 exec unshare -m -p -f --mount-proc --kill-child bash "$0" "$@"
}

# stage_make BUILD: the view in $root with the build installed, and memory beside it in $base;
# sets the folders that the build is configured with.
stage_make()
{
	local build=$1 name
	mount --make-rprivate /
	base=$build/tests/bench/stage
	mkdir -p "$base"
	mount -t tmpfs -o mode=755 tmpfs "$base"
	mkdir "$base"/{upper,work,root}
	root=$base/root
	mount -t overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" overlay "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs -o mode=755 tmpfs "$root/run"
	mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
	make -s -C "$build" install DESTDIR="$root" >"$base/install.log" 2>&1 || {
		tail -n 20 "$base/install.log" >&2
		exit 1
	}
	for name in prefix exec_prefix libdir libexecdir sysconfdir localstatedir runstatedir \
		bindir pamdir; do
		declare -g "$name=$(eval echo "$(sed -n "s/^$name = //p" "$build/Makefile")")"
	done
}
