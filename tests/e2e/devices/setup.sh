# SPDX-License-Identifier: BSD-2-Clause
# Sourced by guest: an issuer, a person with a security key and a face, an account, and a
# stack for each service. All of it by the installed programs, as an administrator would.
# shellcheck shell=bash
is "sysusers makes vid-fido, who is nobody's login" "vid-fido:/:/usr/sbin/nologin" \
	"$(getent passwd vid-fido | cut -d : -f 1,6,7)"
is "vid-fido is in its own group alone" vid-fido "$(id -Gn vid-fido)"
is "udev gives the camera to the group video" "660 root:video" "$(stat -c '%a %U:%G' /dev/video0)"

# --- other people's programs, and a key of their own -----------------------------------
key_does touch
key_in --state /run/other.state
bash /e2e/tests/softkey/tools.sh "$(key_node)" >/run/tools 2>&1
matches "Debian's own programs at a hidraw node come to an end" '^1\.\.[0-9]' \
	"$(tail -n 1 /run/tools)"
while read -r line; do
	case $line in
	"ok "*) pass "Debian's own programs at a hidraw node: ${line#* - }" ;;
	"not ok "*) fail "Debian's own programs at a hidraw node: ${line#* - }" ;;
	1..*) ;;
	*) echo "# $line" ;;
	esac
done </run/tools
key_out
echo "# $(uptime_is) s: Debian's programs are done"

# --- the person's key --------------------------------------------------------------------
holds "a key that is plugged in is a hidraw device" key_in
node=$(key_node)
echo "# $node: $(stat -c '%a %U:%G' "$node")"
holds "vid-fido may open the key, by our udev rule" \
	setpriv --reuid=vid-fido --regid=vid-fido --clear-groups sh -c "exec 3<>$node"
useradd -m -s /bin/bash bob
is "and people may not" "refused" \
	"$("${bob[@]}" sh -c "exec 3<>$node" 2>/dev/null && echo opened || echo refused)"

# --- settings ---------------------------------------------------------------------------
before_camera /e2e/faces/person-01-3.jpg
run vid camera list
sed 's/^/# /' $heard
camera=$(camera_id Loopback)
printf 'the passphrase of the issuer\n' >/root/issuer.pass
printf '%s\n' $pin >/root/pin
chmod 600 /root/issuer.pass /root/pin
cat >$settings <<CONF
[host]
realm = realm:example.org
[camera]
device = $camera
virtual = yes
[key]
devices = usb
[face]
engine = basic
accept-basic-engine = this engine guards nothing
[policy]
present = key
# what is fed to the camera turns no head
liveness = passive
deadline = 60
# a pseudo terminal belongs to no seat; remote is remote all the same
seat = any
CONF
run vid host init

# --- issuer, key, face, account -----------------------------------------------------------
run vid issuer init --iss https://id.example.org --realm realm:example.org \
	--passphrase-file /root/issuer.pass /srv/issuer
vid issuer export /srv/issuer >/srv/office.conf
run vid issuer trust --as example --status none /srv/office.conf
echo "# $(uptime_is) s: the issuer is trusted"
mkdir /srv/01
cp /e2e/faces/person-01-[12].jpg /srv/01/
run vid face enroll --agree --from /srv/01 --reference /srv/kim.face $person

# at_key COMMAND...: with somebody who knows the PIN
at_key()
{
	expect /e2e/answer.exp 60 '*PIN' $pin -- "$@" >$heard 2>&1
}
holds "vid key enroll makes a credential on the key" \
	at_key vid key enroll --issuer example -o /srv/kim.key
sed 's/^/# /' $heard
run vid issuer issue --to /srv/kim.key --face /srv/kim.face --dir /srv/issuer \
	--passphrase-file /root/issuer.pass -o /srv/kim.vid
holds "vid key store puts the virtual ID on the key" at_key vid key store /srv/kim.vid
sed 's/^/# /' $heard
subject=$(vid token show --json /srv/kim.vid | sed -n 's/.*"sub": *"\([^"]*\)".*/\1/p')
run vid account add "$subject@example" $person --uid 60001 --shell /bin/bash
# and an account that belongs to somebody else
run vid account add AAECAwQFBgcICQoLDA0ODw@example mlee --uid 60002 --shell /bin/bash
run vid account compile
sed -i -E 's/^(passwd|group|shadow):([[:space:]]*files)/\1:\2 vid/' /etc/nsswitch.conf
is "everybody knows the account" "$person:x:60001" "$(getent passwd $person | cut -d : -f 1-3)"

# --- the services --------------------------------------------------------------------------
for service in login su sudo sshd; do
	# What no init of ours has, and what only fills the screen or waits, is left out; and
	# there is no way in but by a virtual ID.
	sed -i -e '/pam_selinux\|pam_loginuid\|pam_keyinit\|pam_motd\|pam_lastlog\|pam_mail/d' \
		-e '/pam_faildelay\|pam_systemd\|pam_rootok/d' \
		-e 's/^@include common-auth/auth sufficient pam_vid.so\nauth requisite pam_deny.so/' \
		/etc/pam.d/$service
done
echo 'session required pam_mkhomedir.so' >>/etc/pam.d/common-session
sed -i 's/^FAIL_DELAY.*/FAIL_DELAY 0/' /etc/login.defs
printf 'Defaults passwd_tries=1\n%s ALL=(root) /usr/bin/id\n' $person >/etc/sudoers.d/e2e
chmod 440 /etc/sudoers.d/e2e
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key <<<y >/dev/null 2>&1
/usr/sbin/sshd -h /etc/ssh/ssh_host_ed25519_key -o UsePAM=yes \
	-o KbdInteractiveAuthentication=yes -o PasswordAuthentication=no -E /run/sshd.said
echo "# $(uptime_is) s: all is set up"
