# SPDX-License-Identifier: BSD-2-Clause
# vid account compile and vid account map, killed in front of each of their system calls,
# and on disks that are full: the map and its index are the old ones or the new ones.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
[ -d /dev/shm ] && [ -w /dev/shm ] && export TMPDIR=/dev/shm
. "$VID_SRC/tests/tools/common.sh" || exit 99
[ -z "${VID_CHECKED:-}" ] || skip_all "it takes minutes, and tests/check release has run it"

killed_at=$VID_BUILD/tests/nss/killed_at
export ASAN_OPTIONS=detect_leaks=0 # which traces as well, and cannot be traced
"$killed_at" "" 1 true 2>/dev/null
[ $? = 137 ] || skip_all "no process can be traced here"
command -v cdb >/dev/null || skip_all "no cdb (Debian: tinycdb)"

kim=AAECAwQFBgcICQoLDA0ODw@example
kim2=AAECAwQFBgcICQoLDA0OEA@example
at=(--map "$PWD/etc/accounts" --index "$PWD/var/accounts.cdb" --key "$PWD/host.key"
	--issuers "$PWD/trust")
bind=("${at[@]}" --faces "$PWD/faces")
mkdir etc var old new faces && chmod 700 faces
"$VID" host init --file host.key >/dev/null
"$VID" issuer trust --dir trust --iss https://id.example.org --realm realm:x --as example \
	--key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a >/dev/null

# keep DIR: the map and index as they are now; put_back DIR: as they were then
keep()
{
	rm -f "$1"/*
	cp -p etc/accounts var/accounts.cdb "$1"
	cp -p var/accounts.cdb.{ledger,mark} "$1"
}
put_back()
{
	rm -f var/accounts.cdb.*
	cp -p "$1/accounts" etc/accounts && cp -p "$1"/accounts.cdb* var
}

# Which one stands there: old, new or neither.
standing()
{
	local dir
	[ -e "$1" ] || [ -e "old/${1##*/}" ] || { echo old && return; }
	for dir in old new; do
		cmp -s "$1" "$dir/${1##*/}" && echo $dir && return
	done
	echo neither
}

# What an index answers, without the records that tell one version from another.
answers()
{
	cdb -d "$1" | grep -avE '^\+[0-9]+,[0-9]+:(vid|sum|seal|b[0-9]+)->' | sort
}

temporaries()
{
	find etc var -name '.vid-*' -o -name '*.new-??????' | sort
}

(umask 077 && printf '%s\n' "$kim vkim uid=64101 gecos=V. Kim" >etc/accounts)
run "$VID" account compile "${at[@]}"
[ "$code" = 0 ] || skip_all "this host has uid 64101 or the name vkim: $err"
keep old

# each_call NAME COMMAND...: run it from the old state and kill it at each call. Sets
# `seen`: the states of map/index that were found (and /ledger, with what it must have in
# the end in `ledger`), and `faults`.
ledger= left=
each_call()
{
	local n=0 state
	seen= faults=
	while :; do
		put_back old
		prepare
		"$killed_at" "$PWD/" $((++n)) "$@" >/dev/null 2>call.txt
		code=$?
		[ $code = 137 ] || break
		state=$(standing etc/accounts)/$(standing var/accounts.cdb)
		[ -z "$ledger" ] || state+=/$(standing var/accounts.cdb.ledger)
		seen+=" $state"
		left+=$(temporaries)
		run "$@"
		[ "$code" = 0 ] || faults+="$(cat call.txt): then: $err"$'\n'
		[ "$(answers var/accounts.cdb)" = "$(answers new/accounts.cdb)" ] ||
			faults+="$(cat call.txt): then: another index"$'\n'
		cmp -s etc/accounts new/accounts ||
			faults+="$(cat call.txt): then: another map"$'\n'
		[ -z "$ledger" ] || grep -q "$ledger" var/accounts.cdb.ledger ||
			faults+="$(cat call.txt): then: no '$ledger'"$'\n'
	done
	[ $code = 0 ] || faults+="unharmed it ends with $code: $(cat call.txt)"
	echo "# killed at $((n - 1)) system calls: $(tr ' ' '\n' <<<"$seen" | sort | uniq -c |
		tr -s '\n ' ' ')"
}

# A map that was changed by hand, compiled.
prepare()
{
	cat new.txt >etc/accounts
}
(cat old/accounts && echo "$kim2 bo uid=64102") >new.txt
prepare
holds both_maps_compile_S34 "$VID" account compile "${at[@]}"
keep new
[[ "$(answers old/accounts.cdb)" == *"vkim:x:64101:64101:V. Kim:"* &&
	"$(answers new/accounts.cdb)" == *"bo:x:64102:64102:"* &&
	"$(answers new/accounts.cdb)" == *"vkim:x:64101:64101:V. Kim:"* ]] &&
	pass and_answer_what_they_say || fail and_answer_what_they_say
each_call "$VID" account compile "${at[@]}"
nothing a_killed_compile_leaves_the_old_index_or_the_new_one "$(
	tr ' ' '\n' <<<"$seen" | grep -vxE '|new/old|new/new'
)"
[[ $seen == *new/old*new/new* ]] && pass both_were_seen || fail both_were_seen "$seen"
nothing the_next_compile_makes_good_what_a_killed_one_left "$faults"

# A line is gone: its number is noted in the ledger before the index loses it (S43).
prepare()
{
	cat less.txt >etc/accounts
}
cp old/accounts less.txt
keep old
prepare
"$VID" account compile "${at[@]}" >/dev/null
keep new
ledger="^gone 64102 "
each_call "$VID" account compile "${at[@]}"
nothing a_number_is_never_lost_between_ledger_and_index_S43 "$(
	tr ' ' '\n' <<<"$seen" | grep -vxE '|new/old/old|new/old/new|new/new/new'
)"
[[ $seen == *new/old/old*new/old/new*new/new/new* ]] && pass all_three_were_seen_of_it ||
	fail all_three_were_seen_of_it "$seen"
nothing the_next_compile_makes_good_a_ledger_ahead_of_its_index "$faults"
ledger=
rm -f old/* && mv new/* old

# A change by a command: the map first, then its index.
prepare()
{
	:
}
put_back old
"$VID" account map "${bind[@]}" $kim2 vkim >/dev/null
keep new
each_call "$VID" account map "${bind[@]}" $kim2 vkim
nothing a_killed_change_leaves_each_file_old_or_new "$(
	tr ' ' '\n' <<<"$seen" | grep -vxE '|old/old|new/old|new/new'
)"
[[ $seen == *old/old*new/old*new/new* ]] && pass all_three_were_seen ||
	fail all_three_were_seen "$seen"
nothing the_same_command_again_makes_good_what_a_killed_one_left "$faults"

# What killed writers leave behind does not stay for ever, and nothing else goes.
[[ $left == *.new-* && $left == *etc/.vid-* ]] && pass killed_writers_leave_temporary_files ||
	fail killed_writers_leave_temporary_files "$left"
touch var/accounts.cdb.new-abcdef
run "$VID" account compile "${at[@]}"
[ "$(temporaries)" = var/accounts.cdb.new-abcdef ] && pass who_may_still_be_writing_is_left_alone ||
	fail who_may_still_be_writing_is_left_alone "$(temporaries)"
others=(etc/.vid-0123 var/accounts.cdb.ledgex var/accounts.cdb.new-12345 var/x.new-123456
	var/accounts.cdb.new-1234567 etc/.vid-0123456789abcdeg)
touch "${others[@]}"
ln -s /nowhere var/.vid-0123456789abcdef
find etc var -mindepth 1 -exec touch -h -d '2 hours ago' {} +
run "$VID" account compile "${at[@]}"
[ "$(temporaries)" = "$(printf '%s\n' etc/.vid-0123 etc/.vid-0123456789abcdeg \
	var/.vid-0123456789abcdef var/x.new-123456)" ] && pass old_temporary_files_go ||
	fail old_temporary_files_go "$(temporaries)"
nothing and_nothing_else_does "$(
	for file in "${others[@]}" var/accounts.cdb{,.ledger} etc/accounts; do [ -e "$file" ] || echo "$file"; done
)"
rm -f "${others[@]}" var/.vid-0123456789abcdef

# Disks that are full: each amount of room that is too little.
cat >full.sh <<'END'
# full.sh DIR PAGES COMMAND...: with PAGES of room more in DIR than what is in it
dir=$1 pages=$2
shift 2
mkdir -p kept && rm -rf kept/* && cp -p "$dir"/* kept
for file in kept/*; do
	pages=$((pages + ($(stat -c %s "$file") + 4095) / 4096))
done
mount -t tmpfs -o "size=$((pages * 4))k,mode=755" room "$dir" && cp -p kept/* "$dir" || exit 90
"$@"
code=$?
ls -A "$dir" >after.txt
cp -p "$dir"/* after/
exit $code
END
mkdir after
if [ "$(id -u)" = 0 ] && unshare -m mount -t tmpfs room after 2>/dev/null; then
	put_back old
	cp old/accounts new.txt
	for i in $(seq 10 99); do
		echo "AAECAwQFBgcICQoL${i}0ODw@example full$i uid=642$i gecos=Somebody" >>new.txt
	done
	rm -f var/* etc/*
	put_back old
	faults= failures=0
	for pages in $(seq 0 60); do
		cat new.txt >etc/accounts
		rm -f after/*
		run unshare -m bash full.sh var "$pages" "$VID" account compile "${at[@]}"
		[ "$code" = 0 ] && break
		failures=$((failures + 1))
		[ "$code" = 2 ] || faults+="$pages pages: exit $code: $err"$'\n'
		[[ $err == *"var/accounts.cdb"*"No space left on device"*"run the command again"* ]] ||
			faults+="$pages pages: says: $err"$'\n'
		cmp -s after/accounts.cdb old/accounts.cdb || faults+="$pages pages: another index"$'\n'
		grep -qvE '^accounts\.cdb(\.lock|\.ledger|\.mark)?$' after.txt && faults+="$pages pages: more left"$'\n'
	done
	nothing on_a_full_disk_the_old_index_stays_and_it_is_said "$faults"
	[ "$code" = 0 ] && [ "$failures" -gt 3 ] && pass and_with_enough_room_it_is_compiled ||
		fail and_with_enough_room_it_is_compiled "$failures failures, $err"
	put_back old
	rm -f after/*
	run unshare -m bash full.sh etc 0 "$VID" account map "${bind[@]}" $kim2 vkim
	[ "$code" = 2 ] &&
		[[ $err == *"etc/accounts: No space left on device"*"run the command again"* ]] &&
		cmp -s after/accounts old/accounts && cmp -s var/accounts.cdb old/accounts.cdb &&
		pass a_full_disk_leaves_the_old_map_too ||
		fail a_full_disk_leaves_the_old_map_too "$code $err" "$(cat after.txt)"
else
	skip on_a_full_disk_the_old_index_stays_and_it_is_said "no mount namespace"
fi
finish
