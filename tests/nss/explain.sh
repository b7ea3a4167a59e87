# SPDX-License-Identifier: BSD-2-Clause
# vid account check and vid account explain: every fault with its line, and what decides.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/tools/common.sh" || exit 99

login=$VID_BUILD/tests/nss/first_login
dir=$PWD/host
at=(--map "$dir/accounts" --index "$dir/accounts.cdb" --key "$PWD/host.key"
	--issuers "$dir/issuers.d")
. "$VID_SRC/tests/nss/issuers.sh"
for alias in example kiosk bad other; do trusted "$dir/issuers.d" $alias; done
kim=AAECAwQFBgcICQoLDA0ODw@example
kim2=AAECAwQFBgcICQoLDA0OEA@example
bo=ICEiIyQlJicoKSorLC0uLw@kiosk
cy=EBESExQVFhcYGRobHB0eHw@kiosk
ali=YGFiY2RlZmdoaWprbG1ubw@bad
local=$(awk -F: '$3 >= 1 && $3 < 60000 && $1 !~ /^[+-]/ {print $1; exit}' /etc/passwd)
mkdir -p host
printf '\1\2\3\4\5%027d' 0 | tr 0 '\0' >host.key # first_login's
chmod 400 host.key
cp /etc/passwd /etc/group /etc/shells host
cat >lines <<END
$kim vkim uid=60601 gecos=V. Kim
$kim2 vkim
ICEiIyQlJicoKSorLC0uLw@example $local
# a comment
*@kiosk allocate prefix=kiosk- uids=50001-50009
$bo deny
$bo vkim
$ali vkim
*@bad deny
END
(umask 077 && cp lines host/accounts)

# lines CODE TEXT...: the exit code, and each TEXT a whole line of what is printed
lines()
{
	local name=$1 wanted=$2 text
	shift 2
	[ "$code" = "$wanted" ] || { fail "$name" "exit $code" "$out" "$err" && return; }
	for text in "$@"; do
		grep -qxF -- "$text" <<<"$out" || { fail "$name" "no: $text" "$out" && return; }
	done
	pass "$name"
}
explain()
{
	run "$VID" account explain "${at[@]}" "$@"
}
map=$dir/accounts

# --- check
run "$VID" account check "${at[@]}"
[ "$code" = 0 ] || skip_all "this host has our numbers or names: $out $err"
lines a_map_that_holds_is_told_and_what_is_due 0 "$map: warning: not compiled yet: vid account compile"
[ ! -e host/accounts.cdb ] && pass check_writes_nothing || fail check_writes_nothing "$(ls host)"
explain $kim
[[ $code == 0 && $out == "$map:1: "*"Logins do not know that yet"*"vid account compile" ]] &&
	pass an_answer_says_when_logins_do_not_know_it_yet ||
	fail an_answer_says_when_logins_do_not_know_it_yet "$code $out"
"$VID" account compile "${at[@]}" >/dev/null
run "$VID" account check "${at[@]}"
[ "$code" = 0 ] && [[ $out != *compile* ]] && pass a_compiled_map_is_not_told_to_be_due ||
	fail a_compiled_map_is_not_told_to_be_due "$code $out"
touch -d '+1 minute' host/accounts
run "$VID" account check "${at[@]}"
[ "$code" = 0 ] && [[ $out == *"warning: changed after it was compiled"* ]] &&
	pass a_map_changed_after_it_was_compiled_is_told ||
	fail a_map_changed_after_it_was_compiled_is_told "$code $out"

before=$(cksum host/accounts.cdb)
cat >>host/accounts <<END
garbage
$kim2 root
YGFiY2RlZmdoaWprbG1ubw@example xx uid=60602 home=rel
YGFiY2RlZmdoaWprbG1ubw@example yy uid=60601
YGFiY2RlZmdoaWprbG1ubw@other zz uid=600000
YGFiY2RlZmdoaWprbG1ubg@other nosuch
YGFiY2RlZmdoaWprbG1uaw@other dd uid=60603 groups=sudo
END
run "$VID" account check "${at[@]}"
faults=()
for line in 10 11 12 13 14 15 16; do
	grep -q "^$map:$line: " <<<"$out" || faults+=("no fault of line $line")
done
[ "$code" = 1 ] && [ ${#faults[@]} = 0 ] && pass every_fault_is_told_with_its_line ||
	fail every_fault_is_told_with_its_line "$code" "${faults[@]}" "$out"
[ "$(grep -oE "^$map:[0-9]+: [^w]" <<<"$out" | cut -d: -f2)" = \
	"$(grep -oE "^$map:[0-9]+: [^w]" <<<"$out" | cut -d: -f2 | sort -n)" ] &&
	pass in_the_order_of_the_lines || fail in_the_order_of_the_lines "$out"
[[ $out == *"$map:14: warning: uid 600000 of 'zz'"*"which containers may give"* ]] &&
	pass numbers_that_systemd_gives_are_told || fail numbers_that_systemd_gives_are_told "$out"
[ "$before" = "$(cksum host/accounts.cdb)" ] && pass the_index_in_place_stays ||
	fail the_index_in_place_stays
if command -v jq >/dev/null; then
	"$VID" account check --json "${at[@]}" >check.json
	[ $? = 1 ] && [ "$(jq -r '.holds, .faults == ([.findings[] | select(.kind == "fault")] |
		length), ([.findings[] | select(.kind == "fault") | .line] | unique | join(","))' \
		check.json | tr '\n' ' ')" = "false true 10,11,12,13,14,15,16 " ] &&
		pass check_prints_JSON || fail check_prints_JSON "$(cat check.json)"
fi
says explain_says_which_line_cannot_be_read 2 "accounts:10: 'garbage'" \
	"$VID" account explain "${at[@]}" $kim
cp lines host/accounts && chmod 600 host/accounts && touch -d '1 minute ago' host/accounts

# --- explain
own="'vkim' is an account of our own, uid 60601."
explain $kim
lines a_line_that_makes_an_account_decides 0 "$map:1: This line maps it to 'vkim'. $own"
explain $kim2
lines a_further_identity_has_its_own_line 0 "$map:2: This line maps it to 'vkim'. $own"
explain ICEiIyQlJicoKSorLC0uLw@example
[[ $code == 0 && $out == "$map:3: "*"'$local' is an account of /etc/passwd, uid "* ]] &&
	pass an_account_of_passwd_is_told || fail an_account_of_passwd_is_told "$code $out"
explain $bo
lines a_deny_line_wins_over_a_later_line_and_a_rule 1 \
	"$map:6: This line denies it: nobody logs in with $bo. Other lines would let it in; a deny line wins."
explain $ali
lines a_whole_issuer_that_is_denied_wins_over_an_earlier_line 1 \
	"$map:9: This line denies every identity of 'bad': nobody logs in with $ali. Other lines would let it in; a deny line wins."
explain $cy
[[ $code == 0 && $out == "$map:5: No line names it. This rule gives it"*"50001-50009." ]] &&
	pass a_newcomer_is_told_the_rule || fail a_newcomer_is_told_the_rule "$code $out"
explain "${cy%@*}@nobody"
[[ $code == 1 && $out == "No line and no rule"* ]] && pass who_has_neither_is_told_so ||
	fail who_has_neither_is_told_so "$code $out"
explain vkim
[[ $code == 0 && $out == "$map:1: This line makes 'vkim', uid 60601"*"Line 1 maps $kim"*"Line 2 maps $kim2"*"Line 7 maps $bo to it, which is denied on line 6."* ]] &&
	pass a_name_is_explained_with_its_identities ||
	fail a_name_is_explained_with_its_identities "$code $out"
vkim=$out
explain 60601
[ "$out" = "$vkim" ] && pass and_its_number_alike || fail and_its_number_alike "$out"
explain root
[[ $code == 1 && $out == "'root', uid 0, is an account of /etc/passwd"* ]] &&
	pass root_is_nobodys || fail root_is_nobodys "$code $out"
explain nosuch
lines a_name_that_is_nowhere_is_told 1 \
	"There is no account 'nosuch', neither in /etc/passwd nor of our own."
explain 50004
lines a_number_that_a_rule_may_give_is_told 1 \
	"$map:5: Nobody has 50004 yet; this rule may give it to a newcomer of 'kiosk'."
says what_is_nothing_of_these_is_refused 2 "neither an identity nor a name nor a number" \
	"$VID" account explain "${at[@]}" 'X,Y'

# An account that the rule gave, and its number once it is gone.
run "$login" "$dir" give $cy
[ "$out" = "$cy kiosk-50001 50001" ] && pass the_rule_gives_an_account ||
	fail the_rule_gives_an_account "$out $err"
explain $cy
given=$out
[[ $code == 0 && $out == "$map:5: A rule gave the account 'kiosk-50001', uid 50001, to $cy on "* ]] &&
	pass what_a_rule_gave_is_told || fail what_a_rule_gave_is_told "$code $out"
explain kiosk-50001
[ "$out" = "$given" ] && pass by_its_name_too || fail by_its_name_too "$out"
explain 50001
[ "$out" = "$given" ] && pass and_by_its_number || fail and_by_its_number "$out"
grep -v allocate lines >host/accounts
echo 'numbers 50001-50009' >>host/accounts
run "$VID" account check "${at[@]}"
[ "$code" = 0 ] && [[ $out == *"warning: 'kiosk-50001' was given to $cy, and the rule"*"is gone"* ]] &&
	pass an_account_whose_rule_is_gone_is_warned_of ||
	fail an_account_whose_rule_is_gone_is_warned_of "$code $out"
explain $cy
[[ $code == 1 && $out == *"The rule is gone from the map"* ]] &&
	pass and_explain_says_that_nobody_logs_in || fail and_explain_says_that_nobody_logs_in "$code $out"
cp lines host/accounts
"$VID" account remove "${at[@]}" kiosk-50001 >/dev/null
explain 50001
[[ $code == 1 && $out == "50001 was an own account's until "*"vid account release 50001" ]] &&
	pass a_number_that_is_held_back_is_told || fail a_number_that_is_held_back_is_told "$code $out"
if command -v jq >/dev/null; then
	by()
	{
		"$VID" account explain --json "${at[@]}" "$1" |
			jq -r '[.by, .login, .line, .account, .uid] | map(tostring) | join(" ")'
	}
	[ "$(for what in $kim $bo $cy 50001 root nosuch; do by $what; done)" = "line true 1 vkim 60601
deny false 6 null null
rule true 5 null null
tombstone false null null 50001
passwd false null root 0
nothing false null null null" ] && pass explain_prints_JSON ||
		fail explain_prints_JSON "$(for what in $kim $bo $cy 50001 root nosuch; do by $what; done)"
fi
finish
