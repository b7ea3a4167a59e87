# SPDX-License-Identifier: BSD-2-Clause
# vid account: the map is changed by commands, and by hand, and never half.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/tools/common.sh" || exit 99

kim=AAECAwQFBgcICQoLDA0ODw@example
kim2=AAECAwQFBgcICQoLDA0OEA@example
bo=ICEiIyQlJicoKSorLC0uLw@example
at=(--map "$PWD/etc/accounts" --index "$PWD/var/accounts.cdb" --key "$PWD/host.key"
	--issuers "$PWD/trust")
bind=("${at[@]}" --faces "$PWD/faces")
key=d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
umask 022
mkdir faces && chmod 700 faces
local=$(awk -F: '$3 >= 1 && $3 < 60000 && $1 !~ /:/ {print $1; exit}' /etc/passwd)

says without_a_host_key_nothing_is_written 2 "" "$VID" account compile "${at[@]}"
[[ $err == *"vid host init"* ]] && pass the_missing_host_key_names_its_command ||
	fail the_missing_host_key_names_its_command "$err"
"$VID" host init --file host.key >/dev/null
says an_unknown_alias_is_refused 2 "" "$VID" account add --uid 60001 "${bind[@]}" $kim vkim
[[ $err == *"vid issuer trust"* ]] && pass the_unknown_alias_names_its_command ||
	fail the_unknown_alias_names_its_command "$err"
[ ! -e etc/accounts ] && pass a_refused_add_writes_no_map || fail a_refused_add_writes_no_map
"$VID" issuer trust --dir trust --iss https://id.example.org --realm realm:x --key $key \
	--as example >/dev/null

says add_makes_an_account 0 "$kim is now vkim, uid 60001" \
	"$VID" account add --uid 60001 --gecos "V. Kim" --home /home/v "${bind[@]}" $kim vkim
[ "$(stat -c %a etc/accounts)" = 600 ] && [ "$(stat -c %a var/accounts.cdb)" = 644 ] &&
	pass the_map_is_roots_the_index_everybodys_S54 ||
	fail the_map_is_roots_the_index_everybodys_S54 "$(stat -c '%a %n' etc/* var/*)"
says map_gives_a_further_identity 0 "$kim2 is now vkim" \
	"$VID" account map "${bind[@]}" $kim2 vkim
says map_again_changes_nothing 0 "$kim2 is now vkim" \
	"$VID" account map "${bind[@]}" $kim2 vkim
[ "$(grep -c vkim etc/accounts)" = 2 ] && pass no_line_stands_twice || fail no_line_stands_twice
says map_reaches_a_local_account 0 "$bo is now $local" \
	"$VID" account map "${bind[@]}" $bo "$local"
says list_shows_them 0 "uid=60001 gid=60001 /home/v /bin/sh" "$VID" account list "${at[@]:0:2}"
says list_prints_JSON 0 '"gecos": "V. Kim"' "$VID" account list --json "${at[@]:0:2}"
if command -v cdb >/dev/null; then
	says cdb_reads_the_index 0 "vkim:x:60001:60001:V. Kim:/home/v:/bin/sh#" \
		cdb -d var/accounts.cdb
	hash=$(printf '%s\0%s' https://id.example.org "${bo%@*}" | sha256sum | cut -c1-32)
	says an_identity_is_found_by_its_hash 0 "$local:" cdb -q var/accounts.cdb "i$hash"
else
	skip cdb_reads_the_index "no cdb (Debian: tinycdb)"
fi

# Enrolled before the identity was known, then mapped: the face is bound to it.
enrol=$VID_BUILD/tests/nss/enrol_unbound
holds a_face_is_enrolled_before_its_identity "$enrol" "$PWD/faces" "$PWD/host.key" dan
[ -e faces/dan.unbound.face ] && pass it_waits_unbound || fail it_waits_unbound "$(ls faces)"
dan=YGFiY2RlZmdoaWprbG1ubw@example
says add_binds_the_face 0 "$dan is now dan" \
	"$VID" account add --uid 60004 "${bind[@]}" $dan dan
[ ! -e faces/dan.unbound.face ] && ls faces/dan.????????????????.face >/dev/null &&
	pass the_bound_template_replaces_the_unbound_one ||
	fail the_bound_template_replaces_the_unbound_one "$(ls faces)"
says a_bound_mapping_is_removed_again 0 "removed 1" "$VID" account remove "${at[@]}" dan

before=$(cat etc/accounts; cksum <var/accounts.cdb)
unchanged()
{
	[ "$before" = "$(cat etc/accounts; cksum <var/accounts.cdb)" ] && pass "$1" ||
		fail "$1" "$(cat etc/accounts)"
}
new=QEFCQ0RFRkdISUpLTE1OTw@example
says a_taken_uid_is_refused 2 "" "$VID" account add --uid 60001 "${bind[@]}" $new cy
[[ $err == *"etc/accounts:"[0-9]*"uid 60001 is given twice"* ]] &&
	pass the_fault_has_file_and_line || fail the_fault_has_file_and_line "$err"
says a_local_name_is_refused_S42 2 "" "$VID" account add --uid 60009 "${bind[@]}" $new "$local"
says a_reserved_name_is_refused_S44 2 "" "$VID" account add --uid 60009 "${bind[@]}" $new sudo
says root_is_refused 2 "" "$VID" account map "${bind[@]}" $new root
says uid_0_is_refused_S41 2 "" "$VID" account add --uid 0 "${bind[@]}" $new cy
says a_foreign_shell_is_refused 2 "" \
	"$VID" account add --uid 60009 --shell /bin/no "${bind[@]}" $new cy
says an_account_that_is_nowhere_is_refused 2 "" "$VID" account map "${bind[@]}" $new nosuch
says a_line_break_is_refused 2 "" "$VID" account add --uid 60009 \
	--gecos $'x\n'"$new root" "${bind[@]}" $new cy
says a_comment_in_a_name_is_refused 2 "" "$VID" account add --uid 60009 --gecos "x #y" \
	"${bind[@]}" $new cy
says words_in_a_path_are_refused 2 "" "$VID" account add --uid 60009 \
	--home "/x gid=60010" "${bind[@]}" $new cy
says words_behind_a_name_are_refused 2 "" "$VID" account map "${bind[@]}" $new "cy uid=60009"
says half_an_identity_is_refused 2 "" "$VID" account map "${bind[@]}" abc@example vkim
says remove_of_nothing_is_refused 1 "" "$VID" account remove "${at[@]}" nosuch
says an_account_with_a_second_identity_keeps_its_first 2 "" \
	"$VID" account remove "${at[@]}" $kim
unchanged nothing_refused_has_changed_anything

# the map is written before its index: when that fails, the map is as it was
mkfifo odd
badly=(--map "$PWD/etc/accounts" --index "$PWD/odd" "${bind[@]:4}")
says an_index_is_never_put_in_the_place_of_a_device 2 "odd: not safe to trust: it must be a regular file" \
	"$VID" account map "${badly[@]}" $new "$local"
[ -p odd ] && pass the_device_is_still_there || fail the_device_is_still_there "$(ls -l odd)"
unchanged a_map_without_its_index_is_taken_back
badly[1]=$PWD/fresh
says nor_is_a_first_map_left_without_its_index 2 "a regular file" \
	"$VID" account map "${badly[@]}" $new "$local"
[ ! -e fresh ] && pass no_first_map_is_left || fail no_first_map_is_left "$(cat fresh)"

sed -i '1i # my own words' etc/accounts
printf '\n   # and more\n' >>etc/accounts
says remove_takes_one_identity 0 "removed 1 mapping" "$VID" account remove "${at[@]}" $bo
head -n 1 etc/accounts | grep -qx '# my own words' && grep -q 'and more' etc/accounts &&
	[ "$(grep -o 'vkim' etc/accounts | wc -l)" = 2 ] && ! grep -q "$bo" etc/accounts &&
	pass comments_and_order_are_kept || fail comments_and_order_are_kept "$(cat etc/accounts)"
says remove_takes_an_account 0 "removed 2 mappings" "$VID" account remove "${at[@]}" vkim
says nothing_is_left 0 "" "$VID" account list "${at[@]:0:2}"
[ -z "$out" ] && pass the_list_is_empty || fail the_list_is_empty "$out"

printf '%s\n' "$bo deny" "$bo $local" >>etc/accounts
says remove_takes_what_lets_in 0 "removed 1 mapping" "$VID" account remove "${at[@]}" $bo
grep -qx "$bo deny" etc/accounts && pass but_not_what_shuts_out ||
	fail but_not_what_shuts_out "$(cat etc/accounts)"
says nor_when_nothing_else_is_there 1 "" "$VID" account remove "${at[@]}" $bo
sed -i "/ deny$/d" etc/accounts
printf '%s\n' "$kim vkim uid=60001" >>etc/accounts
says a_number_is_not_given_a_second_time_S43 2 "" "$VID" account compile "${at[@]}"
[[ $err == *"uid 60001 was another account's until "*"vid account release 60001"* ]] &&
	pass it_names_the_command_that_releases_it || fail it_names_the_command_that_releases_it "$err"
says a_number_is_released 0 "60001 may be given again" "$VID" account release "${at[@]}" 60001
says only_what_is_held_back_is_released 1 "" "$VID" account release "${at[@]}" 60001
says compile_reads_what_hands_wrote 0 "identities 1, accounts of our own 1" \
	"$VID" account compile "${at[@]}"
says compile_prints_JSON 0 '"identities": 1' "$VID" account compile --json "${at[@]}"
before=$(cksum <var/accounts.cdb)
echo "$new root" >>etc/accounts
says compile_tells_the_line 2 "" "$VID" account compile "${at[@]}"
[[ $err == *"etc/accounts:"*"'root' has uid 0"* && $before == "$(cksum <var/accounts.cdb)" ]] &&
	pass the_index_in_place_stays || fail the_index_in_place_stays "$err"
chmod 666 etc/accounts
says a_map_that_others_may_write_is_refused_S33 2 "" "$VID" account compile "${at[@]}"

chmod 600 etc/accounts
: >etc/accounts
for i in 0 1 2 3 4 5 6 7; do
	"$VID" account add --uid 6010$i "${bind[@]}" "AAECAwQFBgcICQoL${i}A0ODw@example" p$i \
		>/dev/null 2>>parallel.err &
done
wait
[ "$(grep -c uid=6010 etc/accounts)" = 8 ] && [ ! -s parallel.err ] &&
	pass adds_at_the_same_time_are_all_kept ||
	fail adds_at_the_same_time_are_all_kept "$(cat parallel.err etc/accounts)"

# An alias that the map uses for one issuer never comes to name another (S14).
"$VID" issuer trust --dir trust2 --iss https://other.example.org --realm realm:x --key $key \
	--as free >/dev/null
elsewhere=(--dir trust2 --iss https://thief.example.org --realm realm:x --key $key
	--map "$PWD/etc/accounts" --index "$PWD/var/accounts.cdb" --host-key "$PWD/host.key")
says an_alias_in_use_is_refused_for_another_issuer_S14 1 "" \
	"$VID" issuer trust "${elsewhere[@]}" --as example
[[ $err == *"'example' is the alias of https://id.example.org"*"etc/accounts:1: uses it"* ]] &&
	pass and_its_lines_are_named || fail and_its_lines_are_named "$err"
says also_with_force 1 "" "$VID" issuer trust "${elsewhere[@]}" --as example --force
says an_alias_that_is_not_in_use_is_taken 0 "trusted: https://thief.example.org as 'thief'" \
	"$VID" issuer trust "${elsewhere[@]}" --as thief

# A rule that is gone gives nothing more at once; what is still in force is told (S15).
login=$VID_BUILD/tests/nss/first_login
mkdir -p host && printf '\1\2\3\4\5%027d' 0 | tr 0 '\0' >host/host.key && chmod 400 host/host.key
cp /etc/passwd /etc/group /etc/shells host
. "$VID_SRC/tests/nss/issuers.sh"
trusted host/issuers.d example
rules=(--map "$PWD/host/accounts" --index "$PWD/host/accounts.cdb" --key "$PWD/host/host.key"
	--issuers "$PWD/host/issuers.d")
(umask 077 && echo '*@example allocate prefix=w- uids=50701-50709' >host/accounts)
says a_rule_is_compiled 0 "" "$VID" account compile "${rules[@]}"
says and_gives 0 "$kim w-50701 50701" "$login" "$PWD/host" give $kim
printf '%s\n' "$bo nosuchaccount" >host/accounts
says a_map_with_a_fault_is_not_compiled 2 "" "$VID" account compile "${rules[@]}"
[[ $err == *"the rule *@example is still in force"*"vid issuer untrust example"* ]] &&
	pass and_which_rule_is_still_in_force_is_told_S15 ||
	fail and_which_rule_is_still_in_force_is_told_S15 "$err"
: >host/accounts
says a_map_without_the_rule_is_compiled_at_once 0 "" "$VID" account compile "${rules[@]}"
[[ $err == *"the rule *@example is gone"*"gave: 1, 'w-50701'"*"vid account remove w-50701"* ]] &&
	pass and_what_it_gave_is_told || fail and_what_it_gave_is_told "$err"
says newcomers_are_given_nothing_S15 1 "" "$login" "$PWD/host" give $bo
says nor_is_who_was_given_something_let_in_S15 1 "" "$login" "$PWD/host" ask $kim
says what_it_gave_is_removed 0 "removed 1 mapping" "$VID" account remove "${rules[@]}" w-50701

# The compiled map is lost: nothing is written unasked, and no number comes back (S43).
(umask 077 && echo "$kim kim uid=60701" >host/accounts)
"$VID" account compile "${rules[@]}" >/dev/null
rm host/accounts.cdb
echo "$bo bo uid=60701" >host/accounts
says a_lost_index_is_no_first_one_S43 2 "" "$VID" account compile "${rules[@]}"
[[ $err == *"vid account compile --recover"* ]] && pass and_the_way_out_is_named ||
	fail and_the_way_out_is_named "$err"
: >host/accounts
says it_is_recovered 0 "" "$VID" account compile --recover "${rules[@]}"
echo "$bo bo uid=60701" >host/accounts
says and_its_numbers_are_retired_S43 2 "" "$VID" account compile "${rules[@]}"
says one_of_them_is_released 0 "60701 may be given again" "$VID" account release "${rules[@]}" 60701
says and_given 0 "accounts of our own 1" "$VID" account compile "${rules[@]}"
finish
