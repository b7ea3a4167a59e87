#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# key.sh TOP BUILD: what a login with a security key costs, beside pam_u2f with the very same
# key (the software authenticator of the tests, touched at once): installs the build into a
# copy-on-write view of this machine, as login.sh does. Needs root, and a build with
# --enable-test-sources. Nothing of the machine is changed.
#
# The face is left out (face = no): what a key costs is measured. CPU is that of pam_vid,
# vidd and vid-fido from pam_authenticate to the verdict, before and after the touch.
set -eu
top=$1 build=$2
. "$top/tests/bench/stage.sh"
if ! grep -q '^#define VID_TEST_SOURCES 1' "$build/config.h"; then
	echo "bench-key: needs a build with --enable-test-sources; left out" >&2
	exit 0
fi
stage_enter bench-key "$top" "$build"
stage_make "$build"
mkdir -p "$root"/bench/pam.d
cp "$build/tests/bench/bench_login" "$root/bench/"
"$build/libtool" --mode=install install -m 755 "$build/tests/softkey/softkey" "$root/bench/softkey" >/dev/null
cp "$build/tests/softkey/.libs/preload.so" "$root/bench/" 2>/dev/null || :
chown -R root:root "$root/bench"
chmod -R go+rX "$root/bench"
cat >"$root/bench/run" <<-RUN
	set -eu
	for user in vid-camera vid-fido vid-parse; do
		id \$user >/dev/null 2>&1 || useradd --system --no-create-home --home-dir / \
			--shell /usr/sbin/nologin \$user
	done
	useradd --no-create-home benchkim
	install -d -m 755 $sysconfdir/vid/issuers.d $localstatedir/lib/vid $runstatedir/vid
	install -d -m 700 $localstatedir/lib/vid-anchor
	cd $localstatedir/lib/vid && install -d -m 700 faces attempts replay counters tokens secrets
	cd /bench
	printf 'a passphrase for a benchmark\n' >pass && printf '123456\n' >pin && chmod 600 pass pin
	vid=$bindir/vid
	\$vid host init --realm realm:bench.example >/dev/null
	cat >$sysconfdir/vid/vid.conf <<-CONF
	[host]
	realm = realm:bench.example
	[key]
	devices = test:/bench/key.sock
	[policy]
	present = key
	face = no
	seat = any
	[policy touch]
	key-uv = no
	[policy pin]
	key-uv = required
	CONF
	echo touch after=0 >policy
	./softkey --listen key.sock --state state --policy policy --pin 123456 &
	softkey=\$!
	trap 'kill \$softkey' EXIT
	until [ -S key.sock ]; do sleep 0.05; done
	\$vid issuer init --iss https://bench.example --realm realm:bench.example --passphrase-file pass issuer >/dev/null
	\$vid issuer export issuer >office
	\$vid issuer trust --as bench --status none office >/dev/null
	enrol() # ACCOUNT-LESS: NAME [OPTION]...
	{
		\$vid key enroll --issuer bench --pin-file pin -o \$1.key "\${@:2}" >/dev/null
		\$vid issuer issue --passphrase-file pass --to \$1.key -o \$1.vid --dir issuer >/dev/null 2>&1
		\$vid key store --pin-file pin \$1.vid >/dev/null
		subject=\$(\$vid token show --json \$1.vid | sed -nE 's/.*": *"([A-Za-z0-9_-]{22})".*/\1/p')
		\$vid account map "\$subject@bench" benchkim >/dev/null
		\$vid account compile >/dev/null
	}
	for service in touch pin; do echo 'auth required $pamdir/pam_vid.so' >pam.d/\$service; done
	enrol touch --touch-only
	echo "vid, a touch:"
	./bench_login -n 21 pam.d touch benchkim
	\$vid key remove --yes --pin-file pin >/dev/null
	enrol pin
	echo "vid, PIN and touch:"
	./bench_login -n 21 -p 123456 pam.d pin benchkim
	if [ -e preload.so ] && command -v pamu2fcfg >/dev/null; then
		export LD_PRELOAD=/bench/preload.so SOFTKEY=/bench/key.sock
		pamu2fcfg -u benchkim -o pam://bench -i pam://bench >u2f 2>/dev/null
		for option in touch pin; do
			echo "auth required pam_u2f.so authfile=/bench/u2f origin=pam://bench appid=pam://bench \$([ \$option = touch ] || echo pinverification=1)" >pam.d/u2f-\$option
			echo "pam_u2f, \$option:"
			./bench_login -n 21 -p 123456 pam.d u2f-\$option benchkim
		done
		unset LD_PRELOAD
	else
		echo "pam_u2f: libpam-u2f, pamu2fcfg or the shim is not there; left out"
	fi
RUN
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 chroot "$root" /bin/bash /bench/run
