# SPDX-License-Identifier: BSD-2-Clause
# Sourced first by tests in which vid starts vid-camera: both have fixed paths, and root's
# vid-camera is a user. Runs the test once more in a mount namespace of its own, where this
# build lies under its prefix and that user exists; nothing of this machine changes. The
# shared models, with their cards, are in $models when they are there.
# shellcheck shell=bash
. "$VID_SRC/tests/lib.sh"

if [ -z "${VID_INSIDE:-}" ]; then
	[ -x "$VID_BUILD/vid-camera" ] || skip_all "vid-camera is not built"
	[ "$(id -u)" = 0 ] || skip_all "only root can lay vid-camera where vid looks for it"
	unshare -m true 2>/dev/null || skip_all "no mount namespaces here"
	inside=$(mktemp -d) || exit 99
	VID_INSIDE=$inside unshare -m --propagation private bash "$0" "$@"
	code=$?
	rmdir "$inside"
	exit $code
fi

# is NAME FILE FILTER: what jq makes of the JSON file is true
is()
{
	local said
	said=$(jq -c "$3" "$2" 2>&1)
	[ "$said" = true ] && pass "$1" || fail "$1" "$3 is $said" "$(head -c 2000 "$2")"
}

# installed NAME: a folder of configure's, as it is installed
installed()
{
	local prefix exec_prefix datarootdir
	prefix=$(sed -n 's/^prefix = //p' "$VID_BUILD/Makefile")
	# shellcheck disable=SC2034 # what the others are made of
	exec_prefix=$prefix datarootdir=$prefix/share
	eval "echo \"$(sed -n "s/^$1 = //p" "$VID_BUILD/Makefile")\""
}

# lay FOLDER: one that can be filled, with what it had
lay()
{
	local at=$1
	while [ ! -d "$at" ]; do
		at=$(dirname "$at")
	done
	[ "$at" != / ] || return 1
	mkdir -p "$inside/$#$at"/{up,work} && mount -t overlay -o \
		"lowerdir=$at,upperdir=$inside/$#$at/up,workdir=$inside/$#$at/work" overlay "$at" &&
		mkdir -p "$1"
}

inside=$VID_INSIDE
mount -t tmpfs -o mode=755 tmpfs "$inside" || skip_all "no tmpfs here"
chmod 755 "$inside"
libexec=$(installed libexecdir)/vid data=$(installed datadir)/vid/models
lay "$libexec" && lay "$data" || skip_all "no overlay over $libexec here"
install -m 755 "$VID_BUILD/vid-camera" "$libexec/" && install -m 644 "$VID_SRC"/conf/models/*.model "$data/" ||
	exit 99
if ! id vid-camera >/dev/null 2>&1; then
	cp /etc/passwd /etc/group "$inside/"
	echo 'vid-camera:x:64113:64113::/:/usr/sbin/nologin' >>"$inside/passwd"
	echo 'vid-camera:x:64113:' >>"$inside/group"
	mount --bind "$inside/passwd" /etc/passwd && mount --bind "$inside/group" /etc/group || exit 99
fi
models=
if [ -e "$VID_SHARED/models/frr0095.onnx" ]; then
	models=$inside/models
	mkdir "$models" && install -m 644 "$VID_SRC"/conf/models/*.model "$VID_SHARED"/models/*.onnx "$models/" ||
		exit 99
fi
