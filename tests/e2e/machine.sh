# SPDX-License-Identifier: BSD-2-Clause
# Sourced by tests/e2e/*/run: what they have in common. Sets `top` and `e2e`; a function
# that fails has said why. Emulated machines come from tests/e2e/build.
# shellcheck shell=bash
e2e=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$e2e/../.." && pwd)
# shellcheck source=tests/lib.sh
. "$top/tests/lib.sh"

# machine_possible: is this a machine that can make and run one? Otherwise says why not.
# Installs what is missing.
machine_possible()
{
	if [ "$(id -u)" != 0 ]; then
		echo "only root can make the machine's root folder"
		return 1
	fi
	case $(uname -m) in
	x86_64) ;;
	*)
		echo "the machine is one of x86_64"
		return 1
		;;
	esac
	if ! install_packages "$top/tests/packages" >/dev/null 2>&1 ||
		! install_packages "$e2e/packages" >/dev/null 2>&1; then
		echo "tests/packages and tests/e2e/packages cannot be installed here"
		return 1
	fi
}

# machine_find NAME LOG: `machine` is the folder of the one that tests/e2e/NAME needs
machine_find()
{
	if ! machine=$("$e2e/build" "$1" "$e2e/vid-packages" "$e2e/$1/guest-packages" 2>"$2"); then
		tail -n 20 "$2" >&2
		echo "no machine can be made here: see $2" >&2
		return 1
	fi
}

# machine_vid BUILD LOG TARGET...: vid as a distribution would configure it, and TARGETs
machine_vid()
{
	local build=$1 log=$2
	shift 2
	if { [ -x "$top/configure" ] && [ ! "$top/configure.ac" -nt "$top/configure" ] ||
		(cd "$top" && autoreconf -fi); } >"$log" 2>&1 &&
		mkdir -p "$build" && cd "$build" && {
		[ -f config.status ] || "$top/configure" -q --prefix=/usr --sysconfdir=/etc \
			--localstatedir=/var --runstatedir=/run \
			"--libdir=/usr/lib/$(gcc -print-multiarch)"
	} >>"$log" 2>&1 && make -j"$(nproc)" >>"$log" 2>&1 &&
		make -j"$(nproc)" "$@" >>"$log" 2>&1; then
		cd "$OLDPWD" || return
		return 0
	fi
	echo "the build failed; the end of $log:" >&2
	tail -n 30 "$log" >&2
	return 1
}

# machine_layer BUILD LAYER LOG: what `make install` brings, as a layer over $machine/root
machine_layer()
{
	local build=$1 layer=$2 log=$3 link missing
	rm -rf "$layer" && mkdir -p "$layer/usr" || return
	for link in bin sbin lib lib64; do # or folders of the layer would hide the links
		[ ! -L "$machine/root/$link" ] || ln -s "usr/$link" "$layer/$link"
		[ ! -L "$layer/$link" ] || mkdir -p "$layer/usr/$link"
	done
	if ! make -s -C "$build" install DESTDIR="$layer" >>"$log" 2>&1; then
		echo "make install failed; the end of $log:" >&2
		tail -n 30 "$log" >&2
		return 1
	fi
	missing=$(find "$layer"/usr/bin/vid "$layer"/usr/libexec/vid -type f -exec readelf -d {} + |
		sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | sort -u | while read -r library; do
		[ -n "$(find "$machine/root/usr/lib" "$machine/root/usr/lib64" -name "$library" \
			-print -quit)" ] || echo "$library"
	done)
	if [ -n "$missing" ]; then
		echo "tests/e2e/vid-packages lacks what brings" "$missing" >&2
		return 1
	fi
}

# machine_program BUILD NAME TO: a program of the build, without libtool's wrapper
machine_program()
{
	"$1/libtool" --mode=install install -m 755 "$1/$2" "$3" >/dev/null
}

# machine_boot LAYER SHARED SECONDS INIT WORDS [QEMU-OPTION...]: one at a time is enough
# for a small computer. LAYER goes over the root, SHARED is /e2e in there; INIT is its first
# process, WORDS are added to the kernel's command line.
#
# Emulation only: a KVM inside of a virtual machine may be there and not work. q35: other
# machine types hang at times then. Nehalem: an emulated AVX is slower than SSE. One
# processor: emulating more is slower. norandmaps: fork and exec are three times as fast.
machine_boot()
{
	local layer=$1 shared=$2 seconds=$3 init=$4 words=$5
	shift 5
	timeout -k 5 "$seconds" qemu-system-x86_64 -M q35 -accel tcg,tb-size=512 \
		-cpu Nehalem,+rdrand,+aes -smp 1 -m 2048 -nographic -nodefaults -no-user-config \
		-no-reboot "$@" -kernel "$machine/vmlinux" -initrd "$machine/initramfs" \
		-fsdev "local,id=root,path=$machine/root,security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-pci,fsdev=root,mount_tag=root \
		-fsdev "local,id=layer,path=$layer,security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-pci,fsdev=layer,mount_tag=layer \
		-fsdev "local,id=shared,path=$shared,security_model=none,multidevs=remap" \
		-device virtio-9p-pci,fsdev=shared,mount_tag=shared \
		-append "console=ttyS0 panic=-1 mitigations=off nokaslr norandmaps random.trust_cpu=on e2e.init=$init $words" \
		</dev/null
}
