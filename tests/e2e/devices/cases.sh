# SPDX-License-Identifier: BSD-2-Clause
# Sourced by guest: the promises about logins.
# shellcheck shell=bash
face=/e2e/faces/person-01-3.jpg

# each_granted NAME [PATTERN ANSWER]..., each_refused NAME REASON [PATTERN ANSWER]...: by
# login, su and sudo
each_granted()
{
	local service name=$1
	shift
	for service in login su sudo; do
		by $service
		granted "$service: $name" "$@"
	done
}

each_refused()
{
	local service name=$1
	shift
	for service in login su sudo; do
		by $service
		refused "$service: $name" "$@"
	done
}

# --- granted ---------------------------------------------------------------------------
devices_watch
each_granted "the right key and the right face get in"
is "they were the kernel's own devices" "hidraw video" "$(devices_opened)"
matches "login was told no name: the key knew it S39" 'service=login account=vkim .*reason=OK' \
	"$(audit_lines)"
name_given=$person
by login
granted "login: a name that is given is the key's own"
name_given=mlee
refused "login: the key opens no other account S39" ACCOUNT_OTHER
name_given=

# --- from far away -------------------------------------------------------------------------
devices_watch
by sshd
refused "sshd: a remote login is refused S28" REMOTE
is "sshd: no device was opened for it S28" "" "$(devices_opened)"
is "sshd: the key was asked nothing S28" "" "$(cat $key_log)"

# --- at the console -------------------------------------------------------------------------
setting seat local
by login
refused "login: a pseudo terminal is no seat" REMOTE
at_console()
{
	setsid -c sh -c 'exec login' <>/dev/tty1 >&0 2>&1 &
	wait_for 30 console_shows 'login: *$' && type_at_console '' &&
		wait_for 30 console_shows 'press Enter' && type_at_console '' &&
		wait_for 30 console_shows 'your security key.*: *$' && type_at_console $pin &&
		wait_for 60 console_shows '\$ *$' && type_at_console 'id >/tmp/console; exit' &&
		wait_for 30 grep -qF "$proven" /tmp/console
}
holds "login: at tty1, a seat of this machine, the right key and face get in" at_console
fold -w 80 </dev/vcs1 | sed -n 's/ *$//; s/^./#   &/p'
audit_new
setting seat any

# --- the key ---------------------------------------------------------------------------------
key_does deny
each_refused "a key that says no lets nobody in" KEY_DECLINED

# Hung in the middle: who is it that waits there?
key_does hang
by su
attempt 'Touch your' '>/run/cue touch' &
looker=$!
wait_for 60 test -e /run/cue
eye=$(pgrep -x vid-fido)
confined="NoNewPrivs: 1 Seccomp: 2"
is "vid-fido is its user, in its own group, without capabilities, filtered" \
	"Uid: $(id -u vid-fido) Groups: $(id -g vid-fido) CapPrm: 0000000000000000 $confined" \
	"$(awk '/^Uid:|^CapPrm:|^NoNewPrivs:|^Seccomp:/ { printf "%s %s ", $1, $2 }
		/^Groups:/ { $1 = $1; printf "%s ", $0 }' "/proc/$eye/status" | sed 's/ $//')"
is "and has the key open, and no other device" "$(key_node)" \
	"$(find "/proc/$eye/fd" -printf '%l\n' | grep '^/dev/' | grep -v '^/dev/null$' | sort -u)"
pkill -x -HUP su
wait $looker
holds "whoever hangs up is not waited for, and the key is cancelled" \
	wait_for 5 grep -q cancelled $key_log
holds "and no helper is left" wait_for 5 sh -c '! pgrep -x vidd && ! pgrep -x vid-fido'
audit_new

setting deadline 12
for service in login su sudo; do
	by $service
	refused "$service: a key that hangs ends by the deadline" KEY_DECLINED
	holds "$service: and the key was cancelled" grep -q cancelled $key_log
done

times=0 # softkey is unplugged once by the same words
for service in login su sudo; do
	by $service
	setting deadline 12
	key_does "unplug after=$((++times))"
	refused "$service: a key that is taken out in the middle lets nobody in" KEY_NONE
	setting deadline 60
	key_does touch
	key_back
	granted "$service: and plugged in again it does"
	key_does "unplug after=$((++times))"
	granted "$service: it may even be plugged in again while the login waits" \
		'Insert your security key' ">$key_policy touch"
done

# from_insertion: how long it took from the kernel's new node to the prompt
from_insertion()
{
	awk -v from="$(stat -c %.3W "$(key_node)")" -v to="$(stat -c %.3Y /run/cue)" \
		'BEGIN { print int((to - from) * 1000 + .5) " ms" }'
}
for service in login su sudo; do
	by $service
	key_does absent
	key_away
	rm -f /run/cue
	granted "$service: a key that is plugged in while the login waits is seen" \
		'Insert your security key' ">$key_policy touch" 'PIN of ' '>/run/cue prompt'
	[ ! -e /run/cue ] || echo "#   from the insertion to the prompt: $(from_insertion)"
done

# Two keys: ours is touched after a while, the other one never.
echo hang >/run/other.policy
/e2e/softkey --uhid --policy /run/other.policy --log /run/other.log --pin 9999 &
other=$!
wait_for 10 sh -c '[ "$(ls /sys/class/hidraw | wc -l)" = 2 ]'
udevadm settle
key_does touch after=300
by su
granted "su: of two keys the one that is touched is used"
holds "su: and the other one is cancelled" grep -q cancelled /run/other.log
ended $other
key_does touch

# --- the face ------------------------------------------------------------------------------
before_camera /e2e/faces/person-02-3.jpg
each_refused "the right key and another face do not get in" FACE_MISMATCH
setting deadline 20
before_camera wall
each_refused "the right key and no face do not get in" FACE_NOBODY
setting deadline 60

# --- the camera -------------------------------------------------------------------------------
before_camera $face
setting virtual no
each_refused "a loopback camera is none, unless vid.conf says so S10" CAMERA_REFUSED
setting virtual yes
by su
granted "su: with its line in vid.conf it is one S10"
camera_out
each_refused "a camera whose driver is gone lets nobody in" CAMERA_NONE

# One that can be pulled out while it is used, and whose buffers have one owner.
modprobe vivid
udevadm settle
setting device "$(camera_id vivid)"
v4l2-ctl -d /dev/video7 -c osd_text_mode=2 -c test_pattern=5 # nobody is there
v4l2-ctl -d /dev/video7 --stream-mmap --stream-count=0 >/dev/null 2>&1 &
other=$!
sleep 1
each_refused "a camera that another program uses lets nobody in" CAMERA_BUSY
ended $other
for service in login su sudo; do
	by $service
	rm -f /run/cue
	(wait_for 60 test -e /run/cue && v4l2-ctl -d /dev/video7 -c disconnect=1) &
	refused "$service: a camera that is pulled out in the middle lets nobody in" \
		CAMERA_FAILED 'Look [a-z ]*at the camera' '>/run/cue look'
	rmmod vivid
	modprobe vivid
	udevadm settle
	v4l2-ctl -d /dev/video7 -c osd_text_mode=2 -c test_pattern=5
done

camera_in
before_camera $face
setting device "$(camera_id Loopback)"
each_granted "after all of that the right key and the right face get in"

nothing "the log holds no PIN and no pseudonym S52" \
	"$(grep -aoE "$pin|$subject" $audit_log | sort -u)"
