# SPDX-License-Identifier: BSD-2-Clause
# Sourced by guest: what stands on the stage (the key, the camera, the log), and one
# attempt at a login whose outcome is compared with what was promised.
# shellcheck shell=bash disable=SC1091 # not on this machine
. /e2e/tests/lib.sh
heard=/run/heard   # what the last command printed
pin=739146         # of the key
person=vkim        # whose key and face these are
proven=            # what only somebody who got in can print
key_log=/run/key.log
key_policy=/run/key.policy
settings=/etc/vid/vid.conf

# --- what is compared --------------------------------------------------------------
# is NAME WANTED FOUND
is()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "wanted: $2" "found: $3"
	fi
}

# matches NAME REGEX TEXT
matches()
{
	if grep -qE "$2" <<<"$3"; then
		pass "$1"
	else
		fail "$1" "wanted: $2" "found:" "$3"
	fi
}

# run COMMAND...: what nothing can go on without
run()
{
	"$@" >$heard 2>&1 </dev/null && return
	fail "$*" "$(cat $heard)"
	finish
	exit 1
}

# wait_for SECONDS COMMAND...
wait_for()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# --- the console -----------------------------------------------------------------------
console_shows()
{
	fold -w 80 </dev/vcs1 | grep -qE "$1"
}

type_at_console()
{
	perl -e 'open(my $tty, "+<", "/dev/tty1") or die; # TIOCSTI
		ioctl($tty, 0x5412, $_) or die for split //, $ARGV[0]' "$1"$'\n'
}

uptime_is()
{
	cut -d ' ' -f 1 /proc/uptime
}

# ended PROCESS: end it, and wait until it is no more
ended()
{
	kill "$1" && wait "$1"
} 2>/dev/null

# --- the key: a real one to everything but its maker ----------------------------------
key=
key_node()
{
	local at
	for at in /sys/class/hidraw/hidraw*; do
		[ -e "$at" ] && echo "/dev/${at##*/}" && return
	done
	return 1
}

# key_does WORDS: what the key does from now on (tests/softkey)
key_does()
{
	echo "$*" >$key_policy.new && mv $key_policy.new $key_policy
}

no_key()
{
	! key_node
}

# key_in [OPTION]...: the person's key, or with options another one
key_in()
{
	[ $# != 0 ] || set -- --state /srv/key.state --pin $pin
	/e2e/softkey --uhid --policy $key_policy --log $key_log "$@" >>/run/softkey.said 2>&1 &
	key=$!
	key_back
}

key_out()
{
	ended "$key"
	key_away
}

# once the policy's words let it be there, or not
key_back()
{
	wait_for 10 key_node >/dev/null
	udevadm settle
}

key_away()
{
	wait_for 10 no_key >/dev/null
	udevadm settle
}

# --- the camera ------------------------------------------------------------------------
feeder=
before_camera()
{
	[ -z "$feeder" ] || ended "$feeder"
	/e2e/feed /dev/video0 "$@" >/run/feed.said 2>&1 &
	feeder=$!
	wait_for 20 grep -q feeding /run/feed.said # before that it is no capture device
}

camera_in()
{
	modprobe v4l2loopback && udevadm settle
}

camera_out()
{
	ended "$feeder"
	feeder=
	wait_for 10 rmmod v4l2loopback
	udevadm settle
}

camera_id()
{
	vid camera list --json | tr -d '\n' | grep -o '{[^}]*}' | grep -F "$1" |
		sed 's/.*"id": *"\([^"]*\)".*/\1/'
}

# Who opens which device, from now on: "video0", "hidraw0"
watcher=
devices_watch()
{
	[ -z "$watcher" ] || ended "$watcher"
	inotifywait -m -q -e open --format %f /dev >/run/opened 2>/run/watcher.said &
	watcher=$!
	sleep 0.5
}

devices_opened()
{
	grep -oE '^(video|hidraw)' /run/opened | sort -u | xargs
}

# --- settings -----------------------------------------------------------------------------
# setting KEY VALUE: in vid.conf, where it stands once
setting()
{
	sed -i "s|^$1 = .*|$1 = $2|" $settings
}

# --- the audit: whatever is sent to syslog -------------------------------------------------
audit_log=/run/audit.log
audit_start()
{
	: >$audit_log
	socat -u UNIX-RECV:/dev/log,mode=666 OPEN:$audit_log,append &
	wait_for 10 test -S /dev/log
}

# The lines about logins that came since the last call; waits a moment for the first.
# Datagrams have no line ends of their own: each begins with <priority>.
audit_seen=0
audit_lines()
{
	sed 's/<[0-9]\{1,3\}>/\n/g' $audit_log | grep 'event=login'
}

audit_new()
{
	local try lines
	for try in 1 2 3 4 5 6 7 8 9 10; do
		lines=$(audit_lines | tail -n +$((audit_seen + 1)))
		[ -n "$lines" ] && break
		sleep 0.1
	done
	audit_seen=$(audit_lines | wc -l)
	audit=$lines
}

# --- an attempt, and what became of it ------------------------------------------------------
bob=(setpriv --reuid=bob --regid=bob --init-groups)
kim=(setpriv --reuid=60001 --regid=60001 --clear-groups)

# How one comes in by a service: `command` and `proven`.
by()
{
	proven="uid=60001($person)"
	case $1 in
	login) command=(login) ;;
	su) command=("${bob[@]}" su $person -c id) ;;
	sudo)
		command=("${kim[@]}" sudo -k id)
		proven='uid=0(root)'
		;;
	sshd)
		command=(ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
			-o LogLevel=ERROR -o PreferredAuthentications=keyboard-interactive
			-o NumberOfPasswordPrompts=1 $person@127.0.0.1 id)
		;;
	esac
}

# attempt [PATTERN ANSWER]...: at a terminal, with somebody who presses Enter and knows the
# PIN, and at "login:" types $name_given: no name, mostly. Counters start anew.
name_given=
attempt()
{
	rm -f /var/lib/vid/attempts/*
	: >$key_log
	expect /e2e/answer.exp 120 "$@" '*[Pp]ress Enter[^\n]*' '' '*your security key[^.\n]*: ' $pin \
		'Login incorrect' HANG-UP 'login: $' "$name_given" '\$ $' 'id; exit' \
		-- "${command[@]}" >$heard 2>&1
	status=$?
	audit_new
}

got_in()
{
	grep -qF "$proven" $heard
}

# what_happened: for a promise that was broken
what_happened()
{
	grep -v '^[[:space:]]*$' $heard | tr -d '\r' | sed 's/^/said: /'
	sed 's/^/log: /' <<<"$audit"
	sed 's/^/key: /' $key_log
}

# granted NAME [PATTERN ANSWER]...
granted()
{
	local name=$1 why=()
	shift
	attempt "$@"
	got_in || why+=("no '$proven' was printed (exit status $status)")
	grep -q 'reason=OK' <<<"$audit" || why+=("no audit line with reason=OK")
	grep -q getAssertion $key_log || why+=("the key was not asked")
	told "$name" "${why[@]}"
}

# refused NAME REASON [PATTERN ANSWER]...: REASON as an extended regular expression
refused()
{
	local name=$1 reason=$2 why=()
	shift 2
	attempt "$@"
	got_in && why+=("the person got in")
	[ "$status" != 0 ] || why+=("exit status 0")
	grep -qE "reason=($reason)( |$)" <<<"$audit" || why+=("no audit line with reason=$reason")
	grep -q 'reason=OK' <<<"$audit" && why+=("an audit line says OK")
	told "$name" "${why[@]}"
}

told()
{
	local name=$1
	shift
	if [ $# = 0 ]; then
		pass "$name"
	else
		fail "$name" "$@" "$(what_happened)"
	fi
	echo "#   $(uptime_is) s"
}
