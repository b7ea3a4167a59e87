# SPDX-License-Identifier: BSD-2-Clause
# Sourced by pam.sh: the namespace of inside.sh with vidd, a log, the folders of the state,
# an issuer, and keys made of software that hold a virtual ID of its.
# shellcheck shell=bash
for program in vidd/vidd pam_vid/.libs/pam_vid.so tests/key/client; do
	[ -x "$VID_BUILD/$program" ] || { echo "1..0 # SKIP $program is not built"; exit 0; }
done
command -v socat >/dev/null || { echo "1..0 # SKIP socat is not installed"; exit 0; }
. "$VID_SRC/tests/key/inside.sh"
. "$VID_SRC/tests/tools/common.sh"

RP=id.example.org PIN=123456 DEADLINE=5

# --- what is installed ---------------------------------------------------------------------
install -m 755 "$VID_BUILD/vidd/vidd" "$libexec/" || exit 99
conf=$(installed sysconfdir)/vid state=$(installed localstatedir)/lib/vid
# cover FOLDER NAME: a view of it that can be filled; what is mounted below stays there
cover()
{
	local below=() mount last=/
	while read -r mount; do
		[[ $mount == "$last"/* ]] || below+=("$mount")
		last=${below[-1]}
	done < <(awk -v at="$1/" 'index($5, at) == 1 { print $5 }' /proc/self/mountinfo)
	mkdir -p "$inside/$2"/{up,work}
	for i in "${!below[@]}"; do
		if [ -d "${below[$i]}" ]; then
			mkdir -p "$inside/$2/$i"
		else
			: >"$inside/$2/$i"
		fi && mount --move "${below[$i]}" "$inside/$2/$i" || return 1
	done
	mount -t overlay -o "lowerdir=$1,upperdir=$inside/$2/up,workdir=$inside/$2/work" overlay "$1" ||
		return 1
	# the last one first: of two at one place, the upper one was taken away first
	for ((i = ${#below[@]} - 1; i >= 0; i--)); do
		mount --move "$inside/$2/$i" "${below[$i]}" || return 1
	done
}
# empty FOLDER NAME: one of our own
empty()
{
	local at=$1
	while [ ! -d "$at" ]; do
		at=$(dirname "$at")
	done
	[ "$at" = "$1" ] || findmnt -no OPTIONS -T "$at" | grep -q "upperdir=$inside/" ||
		cover "$at" "$2" || return 1
	mkdir -p "$1" && mount -t tmpfs -o mode=755 tmpfs "$1"
}
empty "$conf" conf && empty "$state" state && empty "$state-anchor" anchor || skip_all "no overlay over $conf or $state here"
mkdir "$conf/issuers.d"
(cd "$state" && mkdir -m 700 faces attempts replay status counters tokens secrets)
chmod 700 "$state-anchor"

# --- a log -----------------------------------------------------------------------------------
log=$inside/log
: >"$log"
mkdir "$inside/dev"
mount -t tmpfs -o mode=755 tmpfs "$inside/dev"
for node in null zero full random urandom tty; do
	: >"$inside/dev/$node" && mount --bind "/dev/$node" "$inside/dev/$node" || exit 99
done
ln -s /proc/self/fd "$inside/dev/fd"
mount --rbind "$inside/dev" /dev || exit 99
socat -u UNIX-RECV:/dev/log,mode=666 "OPEN:$log,append" &
socat=$!

# --- keys --------------------------------------------------------------------------------------
unset key_pid
declare -A key_pid=()

# plug NAME OPTION...: a key that is in the state NAME.made, by the socket NAME
plug()
{
	local name=$1
	shift
	unplug "$name"
	[ ! -e "$keys/$name.made" ] || cp "$keys/$name.made" "$keys/$name.state"
	: >"$keys/$name.log"
	"$VID_BUILD/tests/softkey/softkey" --listen "$keys/$name" --state "$keys/$name.state" \
		--policy "$keys/$name.policy" --log "$keys/$name.log" "$@" >"$keys/$name.said" 2>&1 &
	key_pid[$name]=$!
	[ -z "${absent:-}" ] || return 0
	for ((i = 0; i < 500; i++)); do
		[ ! -S "$keys/$name" ] || return 0
		kill -0 "${key_pid[$name]}" 2>/dev/null || break
		sleep 0.02
	done
	echo "# the software key does not start: $(cat "$keys/$name.said")"
	exit 99
}

unplug()
{
	[ -z "${key_pid[$1]:-}" ] || { kill "${key_pid[$1]}" && wait "${key_pid[$1]}"; } 2>/dev/null
	unset "key_pid[$1]"
	rm -f "$keys/$1" "$keys/$1.state"
}

# does NAME WORDS...: what the key does from now on
does()
{
	echo "${*:2}" >"$keys/$1.policy"
}

everything_ends()
{
	local name
	for name in "${!key_pid[@]}"; do
		unplug "$name"
	done
	kill "$socat" 2>/dev/null
	cd / && rm -rf "$work"
}
trap everything_ends EXIT

# --- vid.conf, PAM and whose key it is ---------------------------------------------------------
# settings LINE...: of the policy
settings()
{
	{
		printf '[host]\nrealm = realm:%s\n[key]\ndevices = test:%s\n' "$RP" "${devices:-$keys/kims}"
		printf '[policy]\npresent = key\nface = no\nseat = any\ndeadline = %s\n' "$DEADLINE"
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$conf/vid.conf"
}

settings
mkdir pam.d
module=$VID_BUILD/pam_vid/.libs/pam_vid.so
echo "auth required $module" >pam.d/vid
# as in the examples, with a host's own modules that let everybody in
for type in auth account session; do
	echo "$type required $module"
	[ $type = auth ] || echo "$type required pam_permit.so"
done >pam.d/full
{
	echo "auth required $module"
	echo "auth optional pam_exec.so quiet expose_authtok $work/keyring"
} >pam.d/keyring
# pam_exec takes a secret without a line end
printf '#!/bin/sh\ncat >%s/opened\n' "$work" >keyring
chmod 755 "$work" keyring

# the tools say on stderr what they do
{
	"$VID" host init --realm "realm:$RP" >/dev/null
	"$VID" issuer init --iss "https://$RP" --realm "realm:$RP" --passphrase-file word iss >/dev/null
	"$VID" issuer export -o iss.conf iss
	"$VID" issuer trust iss.conf --as example --status none >/dev/null
} 2>prepared || { cat prepared; exit 99; }

(umask 077 && echo "$PIN" >pin)
# what else is in a token
issue_options=()
# enrol NAME OPTION...: the state NAME.made, with a credential, and a token: on the key where
# it has a PIN, which writing takes, and on this terminal otherwise
enrol()
{
	local name=$1 behind=(--pin-file pin) where=(--pin-file pin)
	shift
	[[ " $* " == *' --pin '* ]] || behind=(--touch-only) where=(--here --to "$name.pub")
	rm -f "$keys/$name.made"
	does "$name" touch after=0
	plug "$name" "$@"
	devices=$keys/$name settings
	{
		"$VID" key enroll --issuer example "${behind[@]}" -o "$name.pub" &&
			"$VID" issuer issue --dir iss --to "$name.pub" --passphrase-file word -o "$name.vid" \
				${subject:+--sub "$subject"} "${issue_options[@]}" &&
			"$VID" key store --force "${where[@]}" "$name.vid"
	} >prepared 2>&1 || { cat prepared; exit 99; }
	cp "$keys/$name.state" "$keys/$name.made"
	unplug "$name"
	subject=$("$VID" token show --json "$name.vid" | sed -nE 's/.*": *"([A-Za-z0-9_-]{22})".*/\1/p')
	settings
}

# --- a login -------------------------------------------------------------------------------------
# marks_afresh: a key that is plugged in begins with the counter that it was made with, so its
# mark must go. The mark of the index stays.
marks_afresh()
{
	find "$state-anchor" -mindepth 1 ! -name accounts -delete
	rm -f "$state/anchored"
}

# afresh: no attempt, no used presentation, no line of the log of an earlier login, and no mark
# unless keep_marks is set
keep_marks=
afresh()
{
	find "$state/attempts" "$state/replay" -type f -delete
	[ -n "$keep_marks" ] || marks_afresh
	: >"$log"
}

# log_in NAME CODE REASON OPTION...: the module's code, the reason in the log; within the
# deadline and a second, and 5 MB (S5). What the person read is in $said.
log_in()
{
	local name=$1 code=$2 reason=$3 last ms=999999 rss=999999 got=
	shift 3
	afresh
	said=$("$VID_BUILD/tests/key/client" "$@" "$work/pam.d" "${service:-vid}" 2>client.err)
	last=$(grep ^code= <<<"$said")
	[[ $last =~ ^code=([0-9]+)\ ms=([0-9]+)\ rss=([0-9]+) ]] &&
		got=${BASH_REMATCH[1]} ms=${BASH_REMATCH[2]} rss=${BASH_REMATCH[3]}
	for ((i = 0; i < 100; i++)); do
		! grep -q 'event=login' "$log" || break
		sleep 0.02
	done
	if [ "$got" = "$code" ] && grep -qE "event=login .*reason=($reason) " "$log" &&
		[ "$ms" -le $((DEADLINE * 1000 + 1000)) ] && [ "$rss" -lt 5000 ]; then
		pass "$name"
	else
		fail "$name" "wanted code $code, $reason, at most $((DEADLINE + 1)) s and 5 MB" \
			"$said" "$(cat client.err)" "$(sed 's/</\n</g' "$log")" "$(tail -n 20 "$keys"/*.log)"
	fi
	echo "# $name: $last" >>"$work/figures"
}

# told NAME TEXT: the person read it
told()
{
	[[ $said == *"$2"* ]] && pass "$1" || fail "$1" "$said"
}

# key_said NAME TEXT [KEY]: the key's log has it; a moment is given to it
key_said()
{
	local try
	for try in {1..50}; do
		grep -q "$2" "$keys/${3:-kims}.log" && break
		sleep 0.1
	done
	holds "$1" grep -q "$2" "$keys/${3:-kims}.log"
}
