#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# login.sh TOP BUILD: installs the build into a copy-on-write view of this machine, makes an
# issuer, a wallet and a person there, and times logins with bench_login. Needs root, and a
# build with --enable-test-sources. Nothing of the machine is changed.
set -eu
top=$1 build=$2
. "$top/tests/bench/stage.sh"
if ! grep -q '^#define VID_TEST_SOURCES 1' "$build/config.h"; then
	echo "bench-login: needs a build with --enable-test-sources; left out" >&2
	exit 0
fi
stage_enter bench-login "$top" "$build"
stage_make "$build"
mkdir -p "$root"/bench/{camera,stick,faces,pam.d,models}
cp "$build/tests/bench/bench_login" "$root/bench/"
cp "$top"/tests/faces/person-02-[12].jpg "$root/bench/faces/"
cp "$top/tests/faces/person-02-3.jpg" "$root/bench/camera/"
cp "$top"/../shared/models/*.onnx "$root/bench/models/" 2>/dev/null || rmdir "$root/bench/models"
chown -R root:root "$root/bench"
chmod -R go+rX "$root/bench"
cat >"$root/bench/run" <<-RUN
	set -eu
	for user in vid-camera vid-parse; do
		id \$user >/dev/null 2>&1 || useradd --system --no-create-home --home-dir / \
			--shell /usr/sbin/nologin \$user
	done
	useradd --no-create-home benchkim
	install -d -m 755 $sysconfdir/vid/issuers.d $localstatedir/lib/vid $runstatedir/vid
	install -d -m 700 $localstatedir/lib/vid/faces $localstatedir/lib/vid/attempts \
		$localstatedir/lib/vid/replay $localstatedir/lib/vid-anchor
	cd /bench
	printf 'a passphrase for a benchmark\n' >pass && chmod 600 pass
	vid=$bindir/vid
	\$vid host init --realm realm:bench >/dev/null
	host=\$(\$vid host show --json | sed -n 's/.*"host_id": *"\([^"]*\)".*/\1/p')
	if [ -d models ]; then face='models = /bench/models'
	else face='engine = basic
	accept-basic-engine = this engine guards nothing'; fi
	cat >$sysconfdir/vid/vid.conf <<-CONF
	[host]
	realm = realm:bench
	[camera]
	device = test:/bench/camera
	virtual = yes
	[face]
	\$face
	[carriers]
	folders = /bench/stick
	[policy]
	present = file
	seat = any
	liveness = passive
	CONF
	\$vid issuer init --iss https://bench.example --realm realm:bench --passphrase-file pass issuer >/dev/null
	\$vid wallet init --passphrase-file pass wallet >/dev/null
	\$vid face enroll --agree --from faces --reference ref benchkim >/dev/null 2>&1
	\$vid issuer issue --passphrase-file pass 2>/dev/null --to wallet.pub --face ref -o token --dir issuer >/dev/null
	\$vid issuer export issuer >office
	\$vid issuer trust --as bench --status none office >/dev/null
	subject=\$(\$vid token show --json token | sed -nE 's/.*": *"([A-Za-z0-9_-]{22})".*/\1/p')
	\$vid account map "\$subject@bench" benchkim >/dev/null
	\$vid account compile >/dev/null
	echo 'auth required $pamdir/pam_vid.so' >pam.d/bench
	# A wallet's proof names a second: two of one second are one, and count once.
	./bench_login -n "\${1:-11}" -b "sleep 1; rm -f stick/*; \$vid wallet show --passphrase-file pass --token token --host \$host -o stick/proof.vid --wallet wallet >/dev/null" pam.d bench benchkim
RUN
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 chroot "$root" /bin/bash /bench/run
