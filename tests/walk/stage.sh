# SPDX-License-Identifier: BSD-2-Clause
# Sourced by story.sh, inside the namespace: two voices for one story, the camera and the
# stick, and an attempt at a login whose outcome is compared with what was told.
# shellcheck shell=bash
. /walk/lib.sh

if [ "$VID_VOICE" = story ] && [ -t 1 ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
	bold='' dim='' green='' red='' plain=''
fi

chapter()
{
	if [ "$VID_VOICE" = tap ]; then
		echo "# --- $1"
	else
		printf '\n%s%s%s\n' "$bold" "$1" "$plain"
	fi
}

tell()
{
	if [ "$VID_VOICE" = tap ]; then
		echo "# $*"
	else
		printf '\n'
		fold -s -w 78 <<<"$*"
	fi
}

# quote: what a program said, set off from the story
quote()
{
	if [ "$VID_VOICE" = tap ]; then
		sed 's/\r//g; s/^/#     /'
	else
		sed "s/\r//g; s/^/    $dim/; s/\$/$plain/"
	fi
}

# told NAME WHY...: one result. WHY, if any, is what went otherwise than told.
told()
{
	local name=$1
	shift
	if [ $# = 0 ]; then
		if [ "$VID_VOICE" = tap ]; then
			pass "$name"
		else
			tap_number=$((tap_number + 1))
			echo "  ${green}as told:${plain} $name"
		fi
	elif [ "$VID_VOICE" = tap ]; then
		fail "$name" "$@"
	else
		tap_number=$((tap_number + 1))
		tap_failed=$((tap_failed + 1))
		echo "  ${red}NOT as told:${plain} $name"
		printf '      %s\n' "$@"
	fi
}

# run COMMAND...: a command of the administrator's, shown with what it says. The story
# cannot go on without it.
run()
{
	[ "$VID_VOICE" = tap ] || printf '  %s# %s%s\n' "$bold" "$*" "$plain"
	if ! "$@" >/tmp/said 2>&1 </dev/null; then
		quote </tmp/said
		told "$*" "the command failed"
		leave
	fi
	quote </tmp/said
}

leave()
{
	if [ "$VID_VOICE" = tap ]; then
		finish
	elif [ "$tap_failed" = 0 ]; then
		printf '\n%sAll %d went as told.%s\n' "$green" "$tap_number" "$plain"
	else
		printf '\n%s%d of %d did not go as told.%s\n' "$red" "$tap_failed" \
			"$tap_number" "$plain"
	fi
	exit $((tap_failed != 0))
}

# --- the audit: whatever is sent to syslog ----------------------------------
log=/run/audit.log
audit_start()
{
	: >$log
	socat -u UNIX-RECV:/dev/log,mode=666 OPEN:$log,append &
	while ! [ -S /dev/log ]; do sleep 0.05; done
}

# Datagrams have no line ends of their own: each begins with <priority>.
audit_lines()
{
	sed 's/<[0-9]\{1,3\}>/\n/g' $log | sed 's/^[A-Z][a-z]\{2\} [ 0-9:]\{11\} //' |
		grep 'event=login'
}

# The audit lines that came since the last call; waits a moment for the first.
audit_seen=0
audit_new()
{
	local lines try
	for try in 1 2 3 4 5 6 7 8 9 10; do
		lines=$(audit_lines | tail -n +$((audit_seen + 1)))
		[ -n "$lines" ] && break
		sleep 0.1
	done
	audit_seen=$(audit_lines | wc -l)
	audit=$lines
}

# --- what is before the camera, and on the stick -----------------------------
# at_camera PICTURE...: the camera sees these, one after the other, over and over
at_camera()
{
	local number=0 picture
	rm -f /srv/camera/*
	for picture in "$@"; do
		cp "$picture" "/srv/camera/$((++number)).${picture##*.}"
	done
	# the last one is a person, who does what is asked; the basic engine sees no turns
	[ ! -d /usr/local/share/vid-models ] || : >/srv/camera/cue
	chmod 644 /srv/camera/* 2>/dev/null || :
}

stick=/media/stick
# on_stick [FILE...]: the stick holds these files and nothing else
on_stick()
{
	rm -f $stick/*
	[ $# = 0 ] || cp "$@" $stick/
	chmod 644 $stick/* 2>/dev/null || :
}

# --- the security key ---------------------------------------------------------
# plug_in: the key of the tests, which is touched when /srv/key.policy says so
key=
plug_in()
{
	/walk/softkey --listen /srv/key.sock --state /srv/key.state --policy /srv/key.policy \
		--pin "$pin" >/dev/null 2>&1 &
	key=$!
	while ! [ -S /srv/key.sock ]; do sleep 0.05; done
}

unplug()
{
	kill $key && wait $key 2>/dev/null
	rm -f /srv/key.sock
}

# --- what thieves and administrators do to files -------------------------------
alter_last_byte()
{
	local size last
	size=$(stat -c %s "$1")
	last=$(tail -c 1 "$1" | od -An -tu1 | tr -d ' ')
	cp "$1" "$2"
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf %03o $((last ^ 1)))" |
		dd of="$2" bs=1 seek=$((size - 1)) conv=notrunc status=none
}

exchange_templates()
{
	local one two
	one=$(echo /var/lib/vid/faces/"$1".*.face)
	two=$(echo /var/lib/vid/faces/"$2".*.face)
	mv "$one" /var/lib/vid/held && mv "$two" "$one" && mv /var/lib/vid/held "$two"
}

# The administrator lets everybody try anew, or the story would be a story of waiting.
clear_attempts()
{
	rm -f /var/lib/vid/attempts/*
}

# --- an attempt, and what became of it ----------------------------------------
# attempt COMMAND...: at a terminal of its own, with somebody who presses Enter when asked
# to and knows no password (or types $password)
password='not the password'
pin=
keep_attempts=
does='id; exit' # whoever got in
attempt()
{
	[ -n "$keep_attempts" ] || clear_attempts
	expect /walk/answer.exp 60 '*[Pp]ress Enter[^\n]*' '' '*[Pp]assword[^\n]*: ' "$password" \
		'Login incorrect' HANG-UP 'login: $' "$person" '\$ $' "$does" \
		'*PIN of your security key[^\n]*: $' "$pin" \
		'*Look [a-z ]*at the camera\.' '>/srv/camera/cue ahead' \
		'*Turn your head to your left\.' '>/srv/camera/cue left' \
		'*Turn your head to your right\.' '>/srv/camera/cue right' \
		'*Come a little nearer\.' '>/srv/camera/cue nearer' -- "$@" >/tmp/said 2>&1
	status=$?
	audit_new
	grep -v '^[[:space:]]*$' /tmp/said | quote
	[ -z "$audit" ] || printf '%s\n' "$audit" | quote
}

# What only somebody who got in can print.
proven='uid=60001(vkim)'
got_in()
{
	grep -qF "$proven" /tmp/said
}

# by_password NAME COMMAND...: in, and not by a virtual ID
by_password()
{
	local name=$1 why=()
	shift
	attempt "$@"
	got_in || why+=("no '$proven' was printed (exit status $status)")
	grep -q 'reason=OK' <<<"$audit" && why+=("an audit line says OK")
	told "$name" "${why[@]}"
}

# granted NAME COMMAND...
granted()
{
	local name=$1 why=()
	shift
	attempt "$@"
	got_in || why+=("no '$proven' was printed (exit status $status)")
	grep -q 'reason=OK' <<<"$audit" || why+=("no audit line with reason=OK")
	told "$name" "${why[@]}"
}

# refused NAME REASON COMMAND...: REASON as an extended regular expression
refused()
{
	local name=$1 reason=$2 why=()
	shift 2
	attempt "$@"
	got_in && why+=("the person got in")
	[ "$status" != 0 ] || why+=("exit status 0")
	grep -qE "reason=($reason)( |$)" <<<"$audit" ||
		why+=("no audit line with reason=$reason")
	grep -q 'reason=OK' <<<"$audit" && why+=("an audit line says OK")
	told "$name" "${why[@]}"
}
