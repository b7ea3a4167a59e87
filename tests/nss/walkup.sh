# SPDX-License-Identifier: BSD-2-Clause
# A first login killed in front of each of its system calls, and on disks that are full: the
# ledger and the index are the old ones or the new ones, and no number is given twice.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
[ -d /dev/shm ] && [ -w /dev/shm ] && export TMPDIR=/dev/shm
. "$VID_SRC/tests/tools/common.sh" || exit 99
[ -z "${VID_CHECKED:-}" ] || skip_all "it takes minutes, and tests/check release has run it"

killed_at=$VID_BUILD/tests/nss/killed_at
login=$VID_BUILD/tests/nss/first_login
export ASAN_OPTIONS=detect_leaks=0 # which traces as well, and cannot be traced
"$killed_at" "" 1 true 2>/dev/null
[ $? = 137 ] || skip_all "no process can be traced here"

kim=AAECAwQFBgcICQoLDA0ODw@example
bo=ICEiIyQlJicoKSorLC0uLw@example
cy=EBESExQVFhcYGRobHB0eHw@example
. "$VID_SRC/tests/nss/issuers.sh"
mkdir host old new
trusted host/issuers.d example && trusted host/issuers.d other
echo 'root:x:0:0:root:/root:/bin/sh' >host/passwd
printf '%s\n' root:x:0: terminal:x:900: >host/group
echo /bin/sh >host/shells
(umask 077 && printf '%s\n' 'YGFiY2RlZmdoaWprbG1ubw@example own uid=50003' \
	'*@example allocate prefix=kiosk- uids=50001-50900 groups=terminal' >host/accounts)
for i in $(seq 10 59); do # so that the index takes more than a page or two
	echo "AAECAwQFBgcICQoL${i}0ODw@other o$i uid=600$i" >>host/accounts
done
run "$login" "$PWD/host" compile
[ "$code" = 0 ] || skip_all "no map compiles: $err"
says cy_came_before 0 "$cy kiosk-50001 50001" "$login" "$PWD/host" give $cy
keep()
{
	rm -f "$1"/* && cp -p host/accounts.cdb host/accounts.cdb.{ledger,mark} "$1"
}
put_back()
{
	rm -f host/accounts.cdb.next
	cp -p old/* host
}
standing()
{
	local dir
	for dir in old new; do
		cmp -s "host/$1" "$dir/$1" && echo $dir && return
	done
	echo neither
}
keep old
says kim_is_given_the_next_number 0 "$kim kiosk-50002 50002" "$login" "$PWD/host" give $kim
keep new

seen='' left='' faults='' n=0
while :; do
	put_back
	"$killed_at" "$PWD/" $((++n)) "$login" "$PWD/host" give $kim >out.txt 2>call.txt
	code=$?
	[ $code = 137 ] || break
	state=$(standing accounts.cdb.ledger)/$(standing accounts.cdb)
	seen+=" $state"
	left+=$(find host -name '*.new-*' -o -name '.vid-*')
	# whoever was given something before the kill has it; nobody else gets that
	run "$login" "$PWD/host" ask $cy
	[ "$out" = "$cy kiosk-50001 50001" ] || faults+="$(cat call.txt): ask: $out$err"$'\n'
	run "$login" "$PWD/host" give $bo $kim $bo
	if [ "$state" = old/old ]; then
		wanted="$bo kiosk-50002 50002"$'\n'"$kim kiosk-50004 50004"$'\n'"$bo kiosk-50002 50002"
	else
		wanted="$bo kiosk-50004 50004"$'\n'"$kim kiosk-50002 50002"$'\n'"$bo kiosk-50004 50004"
	fi
	[ "$out" = "$wanted" ] || faults+="$(cat call.txt): $state: $out$err"$'\n'
	run "$login" "$PWD/host" ask $bo $kim $bo
	[ "$out" = "$wanted" ] || faults+="$(cat call.txt): $state: ask: $out$err"$'\n'
	"$login" "$PWD/host" compile 2>err.txt && run "$login" "$PWD/host" ask $bo $kim $bo
	[ "$out" = "$wanted" ] || faults+="$(cat call.txt): compiled: $out$err"$'\n'
done
echo "# killed at $((n - 1)) system calls: $(tr ' ' '\n' <<<"$seen" | sort | uniq -c |
	tr -s '\n ' ' ')"
[ $code = 0 ] && [ "$(cat out.txt)" = "$kim kiosk-50002 50002" ] && pass unharmed_it_ends_well ||
	fail unharmed_it_ends_well "$code" "$(cat out.txt call.txt)"
nothing a_killed_allocation_leaves_old_or_new_and_the_ledger_first_S43 "$(
	tr ' ' '\n' <<<"$seen" | grep -vxE '|old/old|new/old|new/new'
)"
[[ $seen == *old/old*new/old*new/new* ]] && pass all_three_were_seen || fail all_three_were_seen "$seen"
nothing the_same_identity_has_the_same_account_and_no_number_is_given_twice_S43 "$faults"
[[ $left == *.new-* && $left == *.vid-* ]] && pass killed_logins_leave_temporary_files ||
	fail killed_logins_leave_temporary_files "$left"
put_back
touch host/.vid-0123456789abcdef
find host \( -name '*.new-*' -o -name '.vid-*' \) -exec touch -d '2 hours ago' {} +
says the_next_first_login_gives_as_ever 0 kiosk-50002 "$login" "$PWD/host" give $kim
nothing and_takes_away_what_they_left "$(find host -name '*.new-*' -o -name '.vid-*')"

# With any amount of room that is too little, nothing is given, or the same later.
cat >full.sh <<'END'
pages=$1 login=$2
for file in host/accounts.cdb*; do
	pages=$((pages + ($(stat -c %s "$file") + 4095) / 4096))
done
cp -a host kept
mount -t tmpfs -o "size=$((pages * 4 + 128))k,mode=755" room host && cp -a kept/. host || exit 90
i=1
while head -c 4096 /dev/zero >"host/fill$i" 2>/dev/null; do i=$((i + 1)); done
for ((k = 1; k <= $1; k++)); do rm -f "host/fill$((i - k))"; done
rm -f "host/fill$i"
"$login" "$PWD/host" give "$3"
code=$?
find host -name '*.new-*' -o -name '.vid-*'
[ $code = 0 ] && exit 0
"$login" "$PWD/host" ask "$4" || exit 91
rm -f host/fill*
"$login" "$PWD/host" give "$5" "$3" || exit 92
exit $code
END
if [ "$(id -u)" = 0 ] && unshare -m mount -t tmpfs room old 2>/dev/null; then
	faults='' failures=0
	for pages in $(seq 0 20); do
		put_back
		rm -rf kept
		run unshare -m bash full.sh $pages "$login" $kim $cy $bo
		[ "$code" = 0 ] && break
		failures=$((failures + 1))
		[ "$code" = 1 ] || faults+="$pages pages: exit $code: $out $err"$'\n'
		[[ $err == *"No space left on device"* ]] || faults+="$pages pages: $err"$'\n'
		case $out in
		"$cy kiosk-50001 50001
$bo kiosk-50002 50002
$kim kiosk-50004 50004" | "$cy kiosk-50001 50001
$bo kiosk-50004 50004
$kim kiosk-50002 50002") ;;
		*) faults+="$pages pages: $out"$'\n' ;;
		esac
	done
	nothing on_a_full_disk_nothing_is_given_or_the_same_later "$faults"
	[ "$code" = 0 ] && [ "$failures" -gt 3 ] && pass with_enough_room_it_is_given ||
		fail with_enough_room_it_is_given "$failures failures; $code $out $err"
else
	skip on_a_full_disk_nothing_is_given_or_the_same_later "no mount namespace"
fi
# A removal: ledger and index change together, wherever it is cut short.
printf '\1\2\3\4\5%027d' 0 | tr 0 '\0' >host/host.key && chmod 400 host/host.key
put_back
sed -i "s/ groups=terminal//" host/accounts # the command asks the real /etc/group
at=(--map "$PWD/host/accounts" --index "$PWD/host/accounts.cdb" --key "$PWD/host/host.key"
	--issuers "$PWD/host/issuers.d")
says a_removal_takes_the_account 0 "removed 1 mapping" "$VID" account remove "${at[@]}" kiosk-50001
cp -p old/accounts.cdb host/
says an_index_of_before_the_removal_is_refused_S20 1 "" "$login" "$PWD/host" ask $cy
[[ $err == *"--recover"* ]] && pass and_says_what_to_do || fail and_says_what_to_do "$err"
seen='' faults='' n=0
while :; do
	put_back
	"$killed_at" "$PWD/" $((++n)) "$VID" account remove "${at[@]}" kiosk-50001 \
		>out.txt 2>call.txt
	[ $? = 137 ] || break
	run "$login" "$PWD/host" ask $cy
	seen+=" $code"
	run "$VID" account remove "${at[@]}" kiosk-50001
	run "$login" "$PWD/host" ask $cy
	[ "$out" = "" ] || faults+="$(cat call.txt): $out"$'\n'
	grep -q "^gone 50001 " host/accounts.cdb.ledger || faults+="$(cat call.txt): no gone"$'\n'
done
nothing a_removal_cut_short_anywhere_is_done_or_can_be_done_again_S43 "$faults"
[[ $seen == *0*1* ]] && pass both_were_seen || fail both_were_seen "$seen"
finish
