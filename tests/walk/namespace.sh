# SPDX-License-Identifier: BSD-2-Clause
# Run by tests/walk/run as pid 1 of fresh namespaces: lays a copy-on-write view over this
# machine's own root, installs the build into it, and plays story.sh there.
# shellcheck shell=bash
set -eu
top=$VID_TOP build=$VID_WALK_BUILD
base=$VID_WALK_BASE
mount -t tmpfs -o mode=755 tmpfs "$base"
mount --make-private "$base"
mkdir "$base"/{upper,work,root}
root=$base/root

# Without a Debian around us there is no su, login and sudo to try: make one.
lower=/
if ! { [ -e /etc/debian_version ] && [ -e /etc/pam.d/login ] && [ -e /etc/pam.d/sudo ] &&
	command -v expect socat >/dev/null; }; then
	echo "# no usable Debian here: making one with mmdebstrap" >&2
	mkdir "$base/tree"
	mmdebstrap -q --variant=minbase --include=login,sudo,expect,socat,iproute2,procps \
		bookworm "$base/tree"
	lower=$base/tree
fi
mount -t overlay -o "lowerdir=$lower,upperdir=$base/upper,workdir=$base/work" overlay "$root"

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || :
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
	cp -a "/dev/$device" "$root/dev/" 2>/dev/null || {
		touch "$root/dev/$device"
		mount --bind "/dev/$device" "$root/dev/$device"
	}
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
if [ "$VID_WALK_CAMERA" = own ]; then
	cp -a /dev/video* "$root/dev/" 2>/dev/null || :
	mkdir -p "$root/run/udev"
	[ ! -d /run/udev ] || mount --bind /run/udev "$root/run/udev"
fi

make -s -C "$build" install DESTDIR="$root" >"$build/walk-install.log" 2>&1 || {
	echo "make install failed:" >&2
	tail -n 30 "$build/walk-install.log" >&2
	exit 1
}

# The script and its data come along: inside, nothing outside is looked at.
mkdir -p "$root/walk/faces"
cp "$top"/tests/lib.sh "$top"/tests/walk/* "$root/walk/"
cp "$top"/tests/faces/*.jpg "$root/walk/faces/"
[ "$VID_WALK_CAMERA" = own ] || "$build/libtool" --mode=install install -m 755 \
	"$build/tests/softkey/softkey" "$root/walk/softkey" >>"$build/walk-install.log" 2>&1 || exit 1
if [ -d "$top/../shared/models" ]; then
	mkdir -p "$root/usr/local/share/vid-models"
	cp "$top"/../shared/models/*.onnx "$root/usr/local/share/vid-models/"
	chmod 644 "$root"/usr/local/share/vid-models/*
fi
chown -R root:root "$root/walk"
ip link set lo up 2>/dev/null || :
hostname terminal-7
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}" HOME=/root \
	VID_VOICE="$VID_VOICE" VID_WALK_CAMERA="$VID_WALK_CAMERA" \
	chroot "$root" /bin/bash /walk/story.sh
