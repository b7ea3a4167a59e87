# SPDX-License-Identifier: BSD-2-Clause
# The walk, inside the namespace: a day at terminal-7, told to people (tests/demo) or
# counted (tests/check). Everything here is done as an administrator, an issuer or a
# person would do it, with the installed programs.
# shellcheck shell=bash disable=SC1091
. /walk/stage.sh
cd / || exit 2
own_camera=$([ "$VID_WALK_CAMERA" = own ] && echo yes)
# With one camera and one person the token comes from a stick. So it does for the basic
# engine: it finds no face, and would take the QR code for one.
carrier=qr
[ -z "$own_camera" ] && [ -d /usr/local/share/vid-models ] || carrier="file"
person=vkim
iss=https://id.example.org realm=realm:example.org


# --- what people do, in one line each -----------------------------------------------
# enroll PERSON ACCOUNT REFERENCE: two pictures of PERSON, or the person at the camera
enroll()
{
	if [ -n "$own_camera" ]; then
		echo "Please look into the camera."
		run vid face enroll --agree --camera --reference "$3" "$2"
	else
		run vid face enroll --agree --from "/srv/people/$1" --reference "$3" "$2"
	fi
}

# issue NAME ISSUER OUT: the issuer in folder ISSUER signs for NAME's wallet and face
issue()
{
	run vid issuer issue --to "/srv/people/$1.wallet.pub" --face "/srv/people/$1.face" \
		--dir "$2" --passphrase-file /root/issuer.pass -o "$3"
}

subject_of()
{
	vid token show --json "$1" | sed -n 's/.*"sub": *"\([^"]*\)".*/\1/p'
}

# proof TOKEN WALLET OUT: the holder wraps TOKEN for this host and this minute; OUT ending
# in .png is a QR code
proof()
{
	local form=(-o "$3")
	[ "${3##*.}" != png ] || form=(--png "$3")
	rm -f "$3"
	vid wallet show --wallet "$2" --token "$1" --host "$host" --passphrase-file /root/wallet.pass \
		"${form[@]}" >/tmp/proof 2>&1 </dev/null || {
		quote </tmp/proof
		told "vid wallet show" "the command failed"
		leave
	}
}

# in_hand TOKEN WALLET: a fresh proof, as a QR code at the camera or on the stick
in_hand()
{
	if [ $carrier = file ]; then
		proof "$1" "$2" /tmp/proof.vid
		on_stick /tmp/proof.vid
	else
		proof "$1" "$2" /tmp/proof.png
	fi
}

# before_camera PERSON: the QR code that is in hand, then the face
before_camera()
{
	local shown=()
	[ $carrier = file ] || shown=(/tmp/proof.png)
	at_camera "${shown[@]}" "/walk/faces/person-$1-3.jpg"
}

# before_key_camera PERSON: the face alone
before_key_camera()
{
	at_camera "/walk/faces/person-$1-3.jpg"
}

# Who types: bob in his session, and V. Kim in theirs.
bob=(setpriv --reuid=bob --regid=bob --init-groups)
kim=(setpriv --reuid=60001 --regid=60001 --clear-groups)

# The control of account and session lines, as the examples have it.
control='[success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore default=bad]'

# --- the machine ---------------------------------------------------------------
chapter "A terminal"
tell "This is a private copy of this machine, called $(hostname): its own processes, its" \
	"own view of the files, no network. What happens here is gone at the end, and the" \
	"real /etc is not touched. vid was installed into it as 'make install' does."
audit_start
echo "127.0.0.1 localhost $(hostname)" >/etc/hosts
install -d -m 755 /srv/camera "$stick" /srv/faces /srv/people
for number in 01 02 03; do
	install -d /srv/people/$number
	cp /walk/faces/person-$number-[12].jpg /srv/people/$number/
done
if command -v systemd-sysusers >/dev/null; then
	systemd-sysusers /usr/lib/sysusers.d/vid.conf 2>/dev/null
fi
id vid-parse >/dev/null 2>&1 ||
	useradd --system --home-dir / --no-create-home --shell /usr/sbin/nologin vid-parse
id vid-camera >/dev/null 2>&1 ||
	useradd --system --home-dir / --no-create-home --shell /usr/sbin/nologin \
		--groups video vid-camera
if command -v systemd-tmpfiles >/dev/null; then
	systemd-tmpfiles --create /usr/lib/tmpfiles.d/vid.conf 2>/dev/null
fi
useradd -m -s /bin/bash bob
echo 'bob:an old password' | chpasswd
printf 'the passphrase of the issuer\n' >/root/issuer.pass
printf 'the passphrase of the wallet\n' >/root/wallet.pass
chmod 600 /root/*.pass

if [ -n "$own_camera" ]; then
	camera=$(vid camera list --json | tr -d '\n' | grep -o '{[^}]*}' |
		grep '"virtual": false' | sed 's/.*"id": "\([^"]*\)".*/\1/' | head -n 1)
	if [ -z "$camera" ]; then
		echo "'vid camera list' finds no camera here; without --camera pictures are used." >&2
		exit 2
	fi
fi
tell "The administrator makes the host's own key, and writes /etc/vid/vid.conf."
run vid host init --realm $realm
host=$(vid host show --json | sed -n 's/.*"host_id": *"\([^"]*\)".*/\1/p')
{
	printf '[host]\nrealm = %s\n\n[camera]\n' $realm
	if [ -n "$own_camera" ]; then
		echo "device = $camera"
	else
		printf 'device = test:/srv/camera\nvirtual = yes\n'
	fi
	printf '\n[face]\n'
	if [ -d /usr/local/share/vid-models ]; then
		echo 'models = /usr/local/share/vid-models'
	else
		printf 'engine = basic\naccept-basic-engine = this engine guards nothing\n'
	fi
	printf '\n[carriers]\nfolders = %s\n' "$stick"
	printf '\n[policy]\npresent = %s\nseat = any\n' \
		"$([ $carrier = file ] && echo file || echo qr file)"
	[ -d /usr/local/share/vid-models ] || echo 'liveness = passive'
	printf '\n[policy sudo]\npresent = file\nseat = any\n'
} >/etc/vid/vid.conf
[ "$VID_VOICE" = tap ] || echo "  ${bold}/etc/vid/vid.conf${plain}"
quote </etc/vid/vid.conf
[ -d /usr/local/share/vid-models ] ||
	tell "There are no face models beside this repository, so the basic engine is used." \
		"It guards nothing; it is here so that the walk can be seen."
tell "(A pseudo terminal belongs to no seat, hence 'seat = any'. A request that names a" \
	"remote host is refused all the same, as we shall see.)"

# --- an issuer and a wallet -------------------------------------------------------
chapter "An issuer, a wallet and a face"
tell "Somewhere else an office begins to issue virtual IDs. Its key is sealed with a" \
	"passphrase."
run vid issuer init --iss $iss --realm $realm --passphrase-file /root/issuer.pass /srv/issuer
tell "A person, V. Kim, has a wallet: a key of their own, sealed as well."
run vid wallet init --passphrase-file /root/wallet.pass /srv/people/kim.wallet
tell "At the terminal their face is enrolled from two pictures. The template is sealed" \
	"with the host's key and stays here; the office gets a digest of it."
enroll 01 $person /srv/people/kim.face
tell "The office signs a token: this pseudonym, this holder's key, this face."
issue kim /srv/issuer /srv/people/kim.vid
run vid token show /srv/people/kim.vid
tell "The administrator trusts the office, by its public key."
vid issuer export /srv/issuer >/srv/office.conf
run vid issuer trust --as example --status none /srv/office.conf

chapter "An account that is not in /etc/passwd"
subject=$(subject_of /srv/people/kim.vid)
run vid account add "$subject@example" $person --uid 60001 --gecos "V. Kim" --shell /bin/bash
run vid account compile
tell "Behind 'files', /etc/nsswitch.conf now asks vid as well."
sed -i -E 's/^(passwd|group|shadow):([[:space:]]*files)/\1:\2 vid/' /etc/nsswitch.conf
grep -E '^(passwd|group|shadow):' /etc/nsswitch.conf | quote
run getent passwd $person
if grep -q "^$person:" /etc/passwd; then
	told "$person is not in /etc/passwd" "it is"
else
	told "$person is not in /etc/passwd, and the name service knows the account"
fi
if [ "$(getent passwd "$subject@example")" = "$(getent passwd $person)" ]; then
	told "the identity finds the same account"
else
	told "the identity finds the same account" "getent passwd $subject@example differs"
fi

tell "And PAM: in su, login and sudo, pam_vid stands before the password, which stays."
for service in su login sudo; do
	# What no container's login can do, and what only fills the screen, is left out.
	sed -i -e '/pam_selinux\|pam_loginuid\|pam_keyinit\|pam_motd\|pam_lastlog\|pam_mail/d' \
		-e '0,/^@include common-auth/s//auth sufficient pam_vid.so\n&/' \
		-e "0,/^@include common-account/s//account $control pam_vid.so\n&/" /etc/pam.d/$service
done
printf 'session %s pam_vid.so\nsession required pam_mkhomedir.so umask=0077\n' "$control" \
	>>/etc/pam.d/common-session
grep -B1 '^@include common-auth' /etc/pam.d/su | quote
printf 'Defaults passwd_tries=1\n%s ALL=(root) /usr/bin/id\n' $person >/etc/sudoers.d/walk
chmod 440 /etc/sudoers.d/walk

# --- the right person -----------------------------------------------------------------
chapter "The right person"
tell "V. Kim comes to bob's session, wants su, shows a fresh proof (a QR code at the camera;" \
	"a file on a stick with your own camera or the basic engine), and then their face. (Somebody" \
	"presses Enter when asked: no camera opens unasked.)"
in_hand /srv/people/kim.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
granted "su lets the right person in, by a proof and a face" "${bob[@]}" su $person -c id

tell "At the console, login. The proof is a new one; each counts once."
in_hand /srv/people/kim.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
granted "login lets the right person in" login

tell "In their own session, sudo: this time the proof is a file on a stick."
proof /srv/people/kim.vid /srv/people/kim.wallet /tmp/kim-proof.vid
on_stick /tmp/kim-proof.vid
[ -n "$own_camera" ] || at_camera /walk/faces/person-01-3.jpg
proven='uid=0(root)'
granted "sudo lets the right person in, by a file on a stick and face" \
	"${kim[@]}" sudo -k id

# --- everybody else ---------------------------------------------------------------------
chapter "Everybody else"
tell "The very same file once more. It was used; a copy of it is worth nothing."
refused "a presentation that was used before is refused S3" HOLDER_REPLAYED \
	"${kim[@]}" sudo -k id
proven="uid=60001($person)"
on_stick

if [ -z "$own_camera" ]; then
	tell "A thief has V. Kim's wallet and even its passphrase, but another face."
	in_hand /srv/people/kim.vid /srv/people/kim.wallet
	before_camera 02
	refused "the wrong face is refused by su" FACE_MISMATCH "${bob[@]}" su $person -c id
	in_hand /srv/people/kim.vid /srv/people/kim.wallet
	before_camera 02
	refused "the wrong face is refused by login" FACE_MISMATCH login
fi

if [ -z "$own_camera" ] && [ -d /usr/local/share/vid-models ]; then
	tell "Or a thief holds up a good print of V. Kim's face, and turns it as they are told."
	in_hand /srv/people/kim.vid /srv/people/kim.wallet
	before_camera 01
	: >/srv/camera/print
	refused "a print of the right face is refused S8" 'FACE_TURN|FACE_FLAT|FACE_NOT_LIVE' \
		"${bob[@]}" su $person -c id
fi

if [ $carrier = qr ]; then
	tell "Nobody shows a face; the code just stays before the camera. Nothing was judged," \
		"so nothing is charged."
	in_hand /srv/people/kim.vid /srv/people/kim.wallet
	at_camera /tmp/proof.png
	refused "a QR code is not taken for a face" FACE_NOBODY "${bob[@]}" su $person -c id
fi

tell "A forger sets up an office that calls itself by the same name, and signs a token" \
	"for V. Kim's wallet and face with a key of its own."
run vid issuer init --iss $iss --realm $realm --passphrase-file /root/issuer.pass /srv/forger
issue kim /srv/forger /srv/people/forged.vid
in_hand /srv/people/forged.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
refused "a token signed by a stranger in the issuer's name is refused S14" \
	'KID_UNKNOWN|SIGNATURE' "${bob[@]}" su $person -c id

tell "Or changes one byte of the real token's signature."
alter_last_byte /srv/people/kim.vid /srv/people/altered.vid
in_hand /srv/people/altered.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
refused "a token with one altered byte is refused S26" SIGNATURE "${bob[@]}" su $person -c id

tell "Somebody copies the bare token, without the wallet: nobody proves to be its holder."
on_stick /srv/people/kim.vid
proven='uid=0(root)'
refused "a bare token without a holder's proof is refused S1" HOLDER_MISSING \
	"${kim[@]}" sudo -k id
proven="uid=60001($person)"
on_stick

tell "There is a second person, M. Lee, with an account of their own, mlee. Their valid" \
	"virtual ID does not open V. Kim's account."
run vid wallet init --passphrase-file /root/wallet.pass /srv/people/lee.wallet
enroll 03 mlee /srv/people/lee.face
issue lee /srv/issuer /srv/people/lee.vid
run vid account add "$(subject_of /srv/people/lee.vid)@example" mlee --uid 60002
run vid account compile
in_hand /srv/people/lee.vid /srv/people/lee.wallet
[ -n "$own_camera" ] || before_camera 03
refused "one person's virtual ID does not open another's account S39" ACCOUNT_OTHER \
	"${bob[@]}" su $person -c id

tell "A thief of the database, in league with M. Lee, exchanges the two sealed templates," \
	"so that Lee's face would stand for Kim."
(cd /var/lib/vid/faces && printf "%s\n" ./*) | quote
exchange_templates $person mlee
in_hand /srv/people/kim.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 03
refused "swapped templates log nobody in S18" 'FACE_SWAPPED|FACE_TEMPLATE_BROKEN' \
	"${bob[@]}" su $person -c id
in_hand /srv/people/kim.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
refused "swapped templates log not even the right person in S18" \
	'FACE_SWAPPED|FACE_TEMPLATE_BROKEN' "${bob[@]}" su $person -c id
tell "The administrator puts them back."
exchange_templates $person mlee

tell "Another thief carries /etc/vid and /var/lib/vid to a machine of their own, all but the" \
	"host's key, and makes one there. The templates stay shut, for Kim's face too."
mv /etc/vid/host.key /root/host.key
mkdir /root/state && cp -a /var/lib/vid/accounts.cdb* /root/state && cp -a /var/lib/vid-anchor /root/anchor
find /var/lib/vid-anchor -mindepth 1 -delete && rm /var/lib/vid/anchored # the thief knows what to remove
host_before=$host
run vid host init
host=$(vid host show --json | sed -n 's/.*"host_id": *"\([^"]*\)".*/\1/p')
run vid account compile --recover
run vid clock reset
in_hand /srv/people/kim.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
refused "a copied database is unreadable without the host's key S21" \
	FACE_TEMPLATE_BROKEN "${bob[@]}" su $person -c id
mv -f /root/host.key /etc/vid/host.key
rm -f /var/lib/vid/accounts.cdb* && mv /root/state/* /var/lib/vid
find /var/lib/vid-anchor -mindepth 1 -delete && cp -a /root/anchor/. /var/lib/vid-anchor
host=$host_before
run vid clock reset

tell "A request from far away: login told that it serves the host 192.0.2.7."
in_hand /srv/people/kim.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
refused "a remote request is refused before any device is touched S28" REMOTE \
	login -h 192.0.2.7 $person

tell "Somebody tries and tries: five wrong ones, and wrong ones at this seat have to wait. Until here the" \
	"administrator has cleared the counters after each attempt; now they stay."
keep_attempts=yes
on_stick /srv/people/kim.vid
for _ in 1 2 3 4 5; do
	"${kim[@]}" expect /walk/answer.exp 20 'press Enter' '' 'assword' no \
		-- sudo -k id >/dev/null 2>&1
done
audit_new
proven='uid=0(root)'
refused "after five wrong attempts there is a wait S49" TOO_MANY_ATTEMPTS \
	"${kim[@]}" sudo -k id
on_stick

# --- a security key -------------------------------------------------------------------
if [ -x /walk/softkey ]; then
	chapter "A security key"
	tell "V. Kim gets a security key (here it is one made of software), with a PIN. The" \
		"administrator says in vid.conf that keys count, and that they must have asked for" \
		"the PIN."
	keep_attempts=
	person=vkim proven="uid=60001($person)"
	pin=271828
	printf '%s\n' $pin >/root/key.pin && chmod 600 /root/key.pin
	echo touch >/srv/key.policy
	plug_in
	{
		sed '/^\[policy/,$d' /etc/vid/vid.conf
		printf '[key]\ndevices = test:/srv/key.sock\n\n'
		printf '[policy]\npresent = key\nkey-uv = required\nseat = any\n'
		[ -d /usr/local/share/vid-models ] || echo 'liveness = passive'
	} >/root/vid.conf && cp /root/vid.conf /etc/vid/vid.conf
	tell "A credential is made on the key, for the realm of the office alone; the office signs for it."
	run vid key enroll --issuer example --pin-file /root/key.pin -o /srv/people/kim.key
	run vid issuer issue --to /srv/people/kim.key --face /srv/people/kim.face --sub "$subject" \
		--dir /srv/issuer --passphrase-file /root/issuer.pass -o /srv/people/kim-key.vid
	tell "The token goes onto the key, and the face with it, sealed; this terminal forgets the face."
	run vid key store --template $person --pin-file /root/key.pin /srv/people/kim-key.vid
	run vid key list --pin-file /root/key.pin
	mkdir /root/faces && mv /var/lib/vid/faces/$person.* /root/faces/

	tell "V. Kim comes with nothing but the key: touches it, and is seen."
	on_stick
	before_key_camera 01
	granted "su lets the right person in by a key that carries token and face P3" \
		"${bob[@]}" su $person -c id
	tell "At the console nobody types a name: the key says whose it is."
	person=
	before_key_camera 01
	granted "login lets the right person in without a name" login
	person=vkim
	before_key_camera 01
	proven='uid=0(root)'
	granted "sudo lets the right person in by a key" "${kim[@]}" sudo -k id
	proven="uid=60001($person)"

	tell "A thief has the key, and even its PIN, but another face."
	before_key_camera 02
	refused "the wrong face is refused beside the right key" FACE_MISMATCH \
		"${bob[@]}" su $person -c id
	tell "Another thief does not know the PIN."
	before_key_camera 01
	pin=314159
	refused "a wrong PIN is refused, and the key not asked until it is blocked S6" 'KEY_PIN|KEY_PIN_PAUSE' "${bob[@]}" su $person -c id
	pin=271828
	tell "V. Kim does not touch the key."
	echo deny >/srv/key.policy
	refused "a key that is not touched is refused" KEY_DECLINED "${bob[@]}" su $person -c id
	echo badsig >/srv/key.policy
	refused "a key that signs with something else is refused" HOLDER_SIGNATURE \
		"${bob[@]}" su $person -c id
	tell "A key was copied, and the copy lags behind."
	echo touch counter=1 >/srv/key.policy
	refused "a key whose counter went back is refused S7" HOLDER_COUNTER \
		"${bob[@]}" su $person -c id
	echo touch >/srv/key.policy
	unplug
	mv /root/faces/* /var/lib/vid/faces/
	sed -i -e 's/^present = key/present = file/' -e '/^key-uv/d' /etc/vid/vid.conf
	carrier=file
fi

# --- somebody new -----------------------------------------------------------------------
chapter "Somebody new"
tell "Nobody has made an account for M. Lee any more: the administrator takes theirs out of the" \
	"map. Instead there is a rule: whoever has a virtual ID of that office is given an account" \
	"at the first login, and its home is wiped at the end. (login asks for no face meanwhile.)"
run vid account remove mlee
groupadd -f terminal
echo "*@example allocate prefix=reader- uids=50000-50009 shell=/bin/bash groups=terminal home-policy=wipe-at-logout" \
	>>/etc/vid/accounts
run vid account compile
printf '\n[policy login]\npresent = file\nface = no\nseat = any\n' >>/etc/vid/vid.conf
keep_attempts= person= proven='uid=50000(reader-50000)' pin=
does='id; env | grep ^VID_ | sort; pwd; touch kept; ls -d ~; exit'
lee_here()
{
	proof /srv/people/lee.vid /srv/people/lee.wallet /tmp/lee-proof.vid
	on_stick /tmp/lee-proof.vid
}
lee_here
granted "somebody new is let in, as an account that was made for them" login
lee=$(subject_of /srv/people/lee.vid)
if grep -qF "VID_SUBJECT=$lee" /tmp/said && grep -qF VID_ISSUER=example /tmp/said &&
	grep -qF VID_ASSURANCE=holder /tmp/said; then
	told "the session knows who was let in, by whom and how"
else
	told "the session knows who was let in, by whom and how" "$(grep VID_ /tmp/said)"
fi
if grep -qF '(terminal)' /tmp/said && ! grep -qF '(sudo)' /tmp/said; then
	told "the account is in the group that the rule names, and in no other S45"
else
	told "the account is in the group that the rule names, and in no other S45" "$(grep uid= /tmp/said)"
fi
if grep -qx '/home/reader-50000' <(tr -d '\r' </tmp/said) && [ ! -e /home/reader-50000 ]; then
	told "the home was there, and is gone with the session"
else
	told "the home was there, and is gone with the session" "$(ls -la /home)"
fi
run getent passwd reader-50000
tell "Their face can be enrolled here as well, as that of any other account."
if [ -z "$own_camera" ]; then
	run vid face enroll --agree --from /srv/people/03 --reference /srv/people/reader.face reader-50000
	if ls /var/lib/vid/faces/reader-50000.*.face 2>/dev/null | grep -vq unbound; then
		told "a face is bound to the identity that the rule gave the account"
	else
		told "a face is bound to the identity that the rule gave the account" "$(ls /var/lib/vid/faces)"
	fi
fi
tell "The next day M. Lee is the same account again, and bob cannot become it."
lee_here
granted "whoever comes again is the same account" login
if [ "$(grep -c '^given' /var/lib/vid/accounts.cdb.ledger)" = 1 ]; then
	told "one account was given"
else
	told "one account was given" "$(cat /var/lib/vid/accounts.cdb.ledger)"
fi
tell "Then the administrator denies this one identity."
echo "$lee@example deny" >>/etc/vid/accounts
run vid account compile
lee_here
refused "who is denied is not let in, whatever the rule says" IDENTITY_DENIED login
does='id; exit' person=vkim proven="uid=60001($person)"
on_stick
sed -i '/^\[policy login\]/,$d' /etc/vid/vid.conf

# --- the password -----------------------------------------------------------------------
chapter "The password way"
tell "bob has no virtual ID. His password works as before, and no wait touches it."
at_camera
on_stick
person=bob proven='(bob)' password='an old password'
by_password "su still takes the password of a local account" \
	"${kim[@]}" su bob -c id
does='id; env | grep ^VID_; exit'
by_password "login still takes a password" login bob
if grep -q '^VID_' /tmp/said; then
	told "and a session by password has no variable of ours" "$(grep ^VID_ /tmp/said)"
else
	told "and a session by password has no variable of ours"
fi
does='id; exit'

tell "And after all of that, V. Kim still gets in, once the wait is over."
keep_attempts=
person=vkim proven="uid=60001($person)" password='not the password'
in_hand /srv/people/kim.vid /srv/people/kim.wallet
[ -n "$own_camera" ] || before_camera 01
granted "the right person still gets in" "${bob[@]}" su $person -c id

tell "Nothing in the log tells a secret: no token, pseudonym, score or picture."
if grep -qE "$subject|${lee:-$subject}|VID1:|score|cosine|embedding" "$log"; then
	told "the log holds no pseudonym, token or score S52" \
		"$(grep -oE "$subject|${lee:-$subject}|VID1:|score|cosine|embedding" "$log" | sort -u)"
else
	told "the log holds no pseudonym, token or score S52"
fi
leave
