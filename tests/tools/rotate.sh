# SPDX-License-Identifier: BSD-2-Clause
# An issuer over the years: a new key beside the old one, hosts that follow, keys that end.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
p=(--passphrase-file word)
now=$(date +%s)
day=86400
"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" is >/dev/null
"$VID" wallet init "${p[@]}" w >/dev/null
"$VID" issuer export -o first.conf is
"$VID" issuer trust --dir host first.conf --as example --status none \
	--uid-min 60000 --uid-max 60999 --services 'login su' >/dev/null
issue=("$VID" issuer issue --dir is --to w.pub "${p[@]}")
"${issue[@]}" -o before.vid >/dev/null 2>&1
cp is/issuer.key old.key

# rotate
cp -r is mistyped
says a_wrong_passphrase_rotates_nothing 2 "wrong passphrase" \
	"$VID" issuer rotate --dir mistyped --passphrase-file wrong
holds and_leaves_the_folder_as_it_was diff -r is mistyped
says a_key_whose_passphrase_is_lost_is_replaced_without_overlap 0 "old key: " \
	"$VID" issuer rotate --dir mistyped --overlap 0 --passphrase-file wrong
says rotate_makes_a_key_beside_the_old_one_S17 0 "old key: is/issuer-" \
	"$VID" issuer rotate --dir is --overlap 10 "${p[@]}"
old=$(ls is/issuer-*.key)
holds the_old_key_is_kept_as_it_was cmp old.key "$old"
nothing the_new_key_is_another_and_private "$(
	cmp -s old.key is/issuer.key && echo "the same key"
	[ "$(stat -c %a is/issuer.key)" = 600 ] || stat -c %a is/issuer.key
	[ ! -e is/issuer.key.new ] || echo "issuer.key.new is left"
)"
nothing the_public_part_lists_both_and_the_end_of_the_old_one "$(
	[ "$(grep -c '^\[key ' is/issuer.conf)" = 2 ] || cat is/issuer.conf
	end=$(sed -n 's/^not-after = //p' is/issuer.conf)
	[ $((end - now - 10 * day)) -lt 60 ] && [ "$end" -ge $((now + 10 * day)) ] || echo "$end"
)"
"$VID" issuer export -o second.conf is
holds export_prints_both cmp second.conf is/issuer.conf
"${issue[@]}" -o after.vid >/dev/null 2>&1
kid=$("$VID" token show --json after.vid | sed -n 's/.*"kid": "\(.*\)".*/\1/p')
[ -n "$kid" ] && [[ $old != *$kid* ]] && grep -q "^\[key $kid\]" second.conf &&
	pass a_new_token_is_signed_by_the_newest_S17 ||
	fail a_new_token_is_signed_by_the_newest_S17 "$kid, $old"

# unsigned FILE SERIAL: without its signatures, as somebody else would make it
unsigned()
{
	sed -i "/^\[signature/,\$d; s/^serial = .*/serial = $2/" "$1"
}
# fingerprints DIR: of all keys, as an administrator who compared them would type them
fingerprints()
{
	"$VID" issuer export --json "$1" | sed -n 's/.*"sha256": "\(.*\)".*/\1/p' | tr '\n' ,
}

# the host before and after
verify=("$VID" token verify --trust host)
says before_the_update_the_new_key_is_unknown_S14 1 "refused: step 10: " "${verify[@]}" after.vid
says update_takes_the_new_key 0 "new key: $kid" "$VID" issuer trust --dir host --update second.conf
[[ $err != *"asked"* && $err != *"not signed"* ]] && pass a_file_that_a_trusted_key_signed_needs_no_question_S14 ||
	fail a_file_that_a_trusted_key_signed_needs_no_question_S14 "$out" "$err"
says then_the_new_token_is_valid 0 "valid" "${verify[@]}" after.vid
says and_what_the_old_key_signed_before_too_S17 0 "valid" "${verify[@]}" before.vid
holds update_keeps_what_the_host_decided_S15 grep -q '^uid-max = 60999$' host/example.conf
holds update_keeps_the_alias_and_status grep -q '^status = none$' host/example.conf
says update_again_changes_nothing 0 "updated: https://id.example.org as 'example'" \
	"$VID" issuer trust --dir host --update second.conf

# a stolen old key signs after its end: first with the issuer's own tool, then by its file
cp -r is stolen && cp old.key stolen/issuer.key
says the_issuer_itself_signs_nothing_with_an_ended_key_S17 2 "has ended" \
	"$VID" issuer issue --dir stolen --to w.pub "${p[@]}" -o no.vid --time $((now + 11 * day))
sed -i '/^not-after/d; /^not-before/d' stolen/issuer.conf
unsigned stolen/issuer.conf 9
"$VID" issuer issue --dir stolen --to w.pub "${p[@]}" -o late.vid --time $((now + 11 * day)) \
	>/dev/null 2>&1
says a_retired_key_verifies_nothing_issued_after_its_end_S17 1 "refused: step 10: " \
	"${verify[@]}" --at $((now + 11 * day)) late.vid
says what_it_signed_before_is_still_valid_then_S17 0 "valid" \
	"${verify[@]}" --at $((now + 11 * day)) before.vid
says an_update_does_not_bring_a_retired_key_back_S17 0 "moves the end of a trusted key" \
	"$VID" issuer trust --dir host --update stolen/issuer.conf --fingerprint "$(fingerprints stolen)"
says and_its_token_stays_refused_S17 1 "refused: step 10: " \
	"${verify[@]}" --at $((now + 11 * day)) late.vid

"$VID" issuer trust --dir host --update second.conf >/dev/null 2>&1
{
	sed '/^\[signature/,$d' second.conf
	printf '\n[key 1122334455667788]\nalg = EdDSA\npublic = %s\n' \
		"$(sed -n 's/^public = //p' second.conf | head -n 1)"
} >renamed.conf
unsigned renamed.conf 9
says an_update_gives_a_retired_key_no_second_life_S17 0 "moves the end of a trusted key" \
	"$VID" issuer trust --dir host --update renamed.conf --fingerprint "$(fingerprints is)"
holds and_under_another_id_it_ends_as_well_S17 grep -q '^not-after' \
	<(sed -n '/^\[key 1122334455667788\]/,/^$/p' host/example.conf)
"$VID" issuer trust --dir host --update second.conf >/dev/null 2>&1

# files that are no update
"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" false >/dev/null
unsigned false/issuer.conf 9
before=$(cksum <host/example.conf)
says an_update_without_a_known_key_is_refused_S14 1 "compare their fingerprints" \
	"$VID" issuer trust --dir host --update false/issuer.conf
[[ $err == *SHA256:* ]] && pass and_shows_the_fingerprints || fail and_shows_the_fingerprints "$err"
sed 's/^realm = .*/realm = realm:other/' second.conf >realm.conf
unsigned realm.conf 9
says an_update_to_another_realm_is_refused_S15 1 "another realm" \
	"$VID" issuer trust --dir host --update realm.conf
# the id and the name of a known key, but another key
id=$(sed -n 's/^\[key \(.*\)\]/\1/p' second.conf | head -n 1)
sed "s/^\[key .*/[key $id]/" false/issuer.conf >named.conf
says a_known_id_with_another_key_is_refused_S14 1 "compare their fingerprints" \
	"$VID" issuer trust --dir host --update named.conf
mkdir empty
says an_update_of_a_stranger_is_no_update 2 "not trusted yet" \
	"$VID" issuer trust --dir empty --update second.conf
says an_update_needs_a_file 2 "--update takes FILE" "$VID" issuer trust --dir host --update
says an_update_keeps_the_name 2 "keeps the alias" \
	"$VID" issuer trust --dir host --update second.conf --as other
[ "$before" = "$(cksum <host/example.conf)" ] && pass refused_updates_change_nothing ||
	fail refused_updates_change_nothing "$(cat host/example.conf)"

# an interrupted rotation: the public part names the new key, the files are as they were
cp -r is cut
"$VID" issuer rotate --dir cut "${p[@]}" >/dev/null
kid2=$(sed -n 's/^\[key \(.*\)\]/\1/p' cut/issuer.conf | tail -n 1)
mv cut/issuer.key cut/issuer.key.new
cp "cut/issuer-$kid.key" cut/issuer.key
rm "cut/issuer-$kid.key"
says a_rotation_cut_short_still_issues_S34 0 "expires" \
	"$VID" issuer issue --dir cut --to w.pub "${p[@]}" -o cut.vid
says and_the_next_finishes_it_S34 0 "finished now" "$VID" issuer rotate --dir cut "${p[@]}"
"$VID" issuer issue --dir cut --to w.pub "${p[@]}" -o cut2.vid >/dev/null 2>&1
holds and_signs_with_the_key_that_was_made \
	grep -q "\"kid\": \"$kid2\"" <("$VID" token show --json cut2.vid)
cp is/issuer.key cut/issuer.key.new.x && "$VID" issuer rotate --dir is "${p[@]}" >/dev/null
mv cut/issuer.key.new.x is/issuer.key.new 2>/dev/null
sed -i "/^\[key $kid\]/,/^$/d" is/issuer.conf # a leftover that nothing names
says a_leftover_that_was_never_published_is_replaced_S34 0 "old key: " \
	"$VID" issuer rotate --dir is "${p[@]}"
for _ in 1 2 3 4 5 6 7 8; do "$VID" issuer rotate --dir is "${p[@]}" >/dev/null 2>full; done
holds no_more_keys_than_a_host_takes grep -q "takes no more" full
says and_the_full_folder_still_issues 0 "expires" "${issue[@]}" -o full.vid

# trust list and check
list=("$VID" trust list --dir host)
says trust_list_says_what_an_issuer_may_do_S15 0 "accounts: uid 60000 to 60999" "${list[@]}"
nothing trust_list_names_realm_services_status_and_keys "$(
	for words in "realm realm:example.org, status none" "services: login su" "key $kid, EdDSA" \
		", ends 20" "without an end"; do
		grep -qF -- "$words" <<<"$out" || echo "$words is missing"
	done
)"
[ -z "$err" ] && pass a_key_with_a_successor_is_no_worry || fail a_key_with_a_successor_is_no_worry "$err"
says trust_list_prints_JSON 0 '"uid_max": 60999' "${list[@]}" --json
[[ $out == *'"services": ['*'"login"'* && $out == *'"state": "valid"'* ]] &&
	pass JSON_has_services_and_states || fail JSON_has_services_and_states "$out"
says trust_check_is_silent_when_all_last 0 "" "$VID" trust check --dir host
[ -z "$out$err" ] && pass and_says_nothing || fail and_says_nothing "$out$err"

sed '/^\[signature/,$d' first.conf >ending.conf
echo "not-after = $((now + 40 * day))" >>ending.conf
"$VID" issuer trust --dir ending ending.conf --as example >/dev/null
says forty_days_before_the_end_all_is_well 0 "" "$VID" trust check --dir ending
says thirty_days_before_the_end_it_warns 1 "its last key ends at" \
	"$VID" trust check --dir ending --time $((now + 10 * day))
[[ $err == *"in 30 days"*"vid issuer trust --update"* ]] && pass and_says_what_to_do ||
	fail and_says_what_to_do "$err"
says trust_list_warns_too 0 "its last key ends at" \
	"$VID" trust list --dir ending --time $((now + 20 * day))
says after_the_end_it_warns 1 "none of its keys is valid now" \
	"$VID" trust check --dir ending --time $((now + 41 * day))
says trust_list_shows_the_end 0 ", ended 20" "$VID" trust list --dir ending --time $((now + 41 * day))
says days_may_be_chosen 1 "ends at" "$VID" trust check --dir ending --days 60
says a_broken_folder_is_no_answer 2 "" "$VID" trust check --dir nowhere

# limits by option
says a_wrong_range_is_refused 2 "uid-min is above" \
	"$VID" issuer trust --dir x first.conf --as a --uid-min 9 --uid-max 8
says a_wrong_list_is_refused 2 "not names with blanks between" \
	"$VID" issuer trust --dir x first.conf --as a --services 'a,b'
says an_alias_is_needed 2 "--as ALIAS is needed" "$VID" issuer trust --dir x first.conf

# account add and map warn (nss_vid or not: the map is what is asked)
"$VID" host init --file host.key >/dev/null
sub=AAECAwQFBgcICQoLDA0ODw
acc=(--map map --index index --key host.key --issuers host --faces faces)
says account_add_warns_of_what_no_login_can_reach_S15 0 "may not speak for kim (uid 61000)" \
	"$VID" account add "${acc[@]}" --uid 61000 "$sub@example" kim
says account_add_within_reach_warns_of_nothing_S15 0 "uid 60500" \
	"$VID" account add "${acc[@]}" --uid 60500 "EBESExQVFhcYGRobHB0eHw@example" lee
[ -z "$err" ] && pass and_is_silent || fail and_is_silent "$err"
finish
