# SPDX-License-Identifier: BSD-2-Clause
# Whom a host trusts: exports that are signed, older or forged; keys that are revoked;
# issuers that are untrusted; files that are faulty; tokens that revoke another's.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
p=(--passphrase-file word)
now=$(date +%s)
day=86400
"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" is >/dev/null
"$VID" wallet init "${p[@]}" w >/dev/null
"$VID" issuer export -o first.conf is
trust=("$VID" issuer trust --dir host)
verify=("$VID" token verify --trust host)
issue() { "$VID" issuer issue "${p[@]}" --to w.pub "$@" >/dev/null 2>&1; }
fingerprints() # DIR: of all keys
{
	"$VID" issuer export --json "$1" | sed -n 's/.*"sha256": "\(.*\)".*/\1/p' | tr '\n' ,
}
unsigned() # FILE SERIAL
{
	sed -i "/^\[signature/,\$d; s/^serial = .*/serial = $2/" "$1"
}
holds an_export_is_signed_and_numbered grep -q '^serial = 1$' first.conf
holds by_the_key_that_it_names grep -q '^\[signature [0-9a-f]\{16\}\]$' first.conf

# --- a signed export is believed, nothing else is
says a_first_trust_shows_the_fingerprint 0 "Compare the fingerprint" \
	"${trust[@]}" first.conf --as example --status none
"$VID" issuer rotate --dir is --overlap 30 "${p[@]}" >/dev/null
"$VID" issuer export -o second.conf is
"$VID" issuer rotate --dir is --overlap 30 "${p[@]}" >/dev/null
"$VID" issuer export -o third.conf is
cp -r host before
sed "s/^alias = .*/&x/" second.conf >changed.conf
says a_changed_file_needs_a_question_S14 2 "there is nobody to ask" \
	"${trust[@]}" --update changed.conf
[[ $err == *SHA256:* ]] && pass and_shows_the_fingerprints_before || fail and_shows_the_fingerprints_before "$err"
"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" evil >/dev/null
{ # a thief's key beside a copied one, signed by the thief
	sed '/^\[signature/,$d; s/^serial = .*/serial = 9/' second.conf
	sed -n '/^\[key/,$p' evil/issuer.conf
} >added.conf
says anybodys_key_beside_a_copied_one_is_not_taken_S14 2 "there is nobody to ask" \
	"${trust[@]}" --update added.conf
says nor_with_the_fingerprints_of_others_S14 1 "does not name each key" \
	"${trust[@]}" --update added.conf --fingerprint "$(fingerprints is)"
holds and_nothing_was_written diff -r host before -x .lock
says a_file_of_two_rotations_later_is_another_question 2 "there is nobody to ask" \
	"${trust[@]}" --update third.conf
says a_file_that_a_known_key_signed_is_taken_S14 0 "updated:" "${trust[@]}" --update second.conf
says and_then_the_third_is_too_S14 0 "updated:" "${trust[@]}" --update third.conf
says an_older_export_is_refused_S14 1 "older than one that this host has taken" \
	"${trust[@]}" --update second.conf
says even_by_force_S14 1 "older than one" \
	"${trust[@]}" second.conf --as example --status none --force
sed 's/^alias = .*/&x/' third.conf >twin.conf
says nor_is_another_file_of_the_same_number_S14 1 "another file with the serial number" \
	"${trust[@]}" --update twin.conf
says the_same_file_again_changes_nothing 0 "updated:" "${trust[@]}" --update third.conf
sed -i 's/^alias = .*/alias = byhand/' is/issuer.conf
says export_says_that_a_change_is_not_signed 0 "was changed since" "$VID" issuer export -o fourth.conf is
says sign_needs_the_passphrase 2 "wrong passphrase" \
	"$VID" issuer export --sign --passphrase-file wrong -o no.conf is
says export_signs_anew 0 "" "$VID" issuer export --sign "${p[@]}" -o fourth.conf --force is
[ -z "$err" ] && grep -q '^serial = 4$' fourth.conf && [ "$(grep -c '^\[signature' fourth.conf)" = 3 ] &&
	pass with_each_key_that_opens || fail with_each_key_that_opens "$err" "$(cat fourth.conf)"
says and_is_believed_S14 0 "updated:" "${trust[@]}" --update fourth.conf

# --- words of a later version
sed '/^\[signature/,$d; s/^serial = .*/serial = 5\ncolour = blue/' fourth.conf >later.conf
sed -i '/^public/{s/$/\nshape = round/;:a;n;ba}' later.conf
says a_word_of_a_later_version_is_kept_with_a_warning 0 "issuer.colour = blue" \
	"${trust[@]}" --update later.conf --fingerprint "$(fingerprints is)"
holds and_stays_in_the_file grep -q '^issuer.colour = blue$' host/example.conf
holds of_a_key_as_well grep -q '^key [0-9a-f]*.shape = round$' host/example.conf
holds and_it_is_read_again "$VID" issuer list --dir host

# --- a stolen key
cp -r is is2
"$VID" issuer rotate --dir is2 --compromised "${p[@]}" >/dev/null 2>older
holds compromised_warns_of_older_keys grep -q "an older key is listed and not revoked" older
"$VID" issuer init --iss https://s.example --realm realm:s "${p[@]}" s >/dev/null
"${trust[@]}" s/issuer.conf --as s --status none >/dev/null
cp -r s stolen
issue --dir s -o good.vid
says before_the_theft_its_token_is_valid 0 valid "${verify[@]}" good.vid
says compromised_takes_no_overlap 2 "leave out --overlap" \
	"$VID" issuer rotate --dir s --compromised --overlap 3 "${p[@]}"
says rotate_revokes_a_stolen_key_S17 0 "The old key is revoked" \
	"$VID" issuer rotate --dir s --compromised "${p[@]}"
"$VID" issuer export -o revoked.conf s
holds the_export_revokes_one_key grep -q '^revoked = yes$' revoked.conf
serial=$(sed -n 's/^serial = //p' revoked.conf)
says the_stolen_key_cannot_vouch_for_the_next_S17 2 "there is nobody to ask" \
	"${trust[@]}" --update revoked.conf
says a_person_can_S17 0 "revoked, and verifies nothing" \
	"${trust[@]}" --update revoked.conf --fingerprint "$(fingerprints s)"
issue --dir stolen -o backdated.vid --time $((now - 3600))
says a_backdated_token_of_a_stolen_key_is_refused_S17 1 "refused: step 10: the issuer's key is revoked" \
	"${verify[@]}" backdated.vid
says and_so_is_what_it_signed_before_S17 1 "refused: step 10: " "${verify[@]}" good.vid
issue --dir s -o new.vid
says the_new_key_signs 0 valid "${verify[@]}" new.vid
says trust_list_shows_it_S17 0 ", revoked" "$VID" trust list --dir host
says trust_list_shows_it_as_JSON_S17 0 '"state": "revoked"' "$VID" trust list --dir host --json
sed "/^revoked = yes\$/d; s/^serial = .*/serial = $((serial + 5))/; /^\[signature/,\$d" revoked.conf >undo.conf
says an_update_never_undoes_it_S17 0 "it stays revoked" \
	"${trust[@]}" --update undo.conf --fingerprint "$(fingerprints s)"
says and_its_token_stays_refused_S17 1 "refused: step 10: " "${verify[@]}" good.vid
says nor_does_trust_by_force_S17 1 "is revoked here" \
	"${trust[@]}" --force --as s --status none undo.conf
sed -i '/^revoked = yes$/d' host/s.conf
says nor_does_an_older_file_that_is_put_back_S17 1 "refused: step 10: " "${verify[@]}" good.vid
says but_an_explicit_word_does 0 "trusted:" "${trust[@]}" --force --again --as s --status none undo.conf
says then_it_is_valid 0 valid "${verify[@]}" good.vid

# --- keys for one kind of document
cp host/s.conf saved.conf
sed -i 's/^alg = .*/use = lists\n&/' host/s.conf
says a_key_for_lists_alone_signs_no_token_S17 1 "refused: step 10: the issuer's key is not for" \
	"${verify[@]}" new.vid
says trust_list_names_the_use 0 "for lists alone" "$VID" trust list --dir host
sed -i 's/^use = lists/use = tokens/' host/s.conf
says a_key_for_tokens_signs_them 0 valid "${verify[@]}" new.vid

# --- an issuer that is untrusted
"$VID" issuer init --iss https://b.example --realm realm:b "${p[@]}" b >/dev/null
"${trust[@]}" b/issuer.conf --as b --status none >/dev/null
issue --dir b -o b.vid
says a_second_issuer_is_trusted 0 valid "${verify[@]}" b.vid
cp host/b.conf b.saved
says untrust_of_nobody 2 "no issuer is trusted here as 'nobody'" "$VID" issuer untrust --dir host nobody
says untrust_ends_an_issuer 0 "no longer trusted: https://b.example" "$VID" issuer untrust --dir host b
says its_tokens_are_refused_S15 1 "refused: step 9: " "${verify[@]}" b.vid
says an_update_does_not_bring_it_back_S15 2 "not trusted yet" "${trust[@]}" --update b/issuer.conf
says nor_does_a_plain_trust_S15 1 "was untrusted on this host" "${trust[@]}" b/issuer.conf --as b
says nor_under_another_name_with_its_key_S15 1 "of an issuer that was untrusted" \
	"${trust[@]}" --iss https://c.example --realm realm:c --as c \
	--key "$(sed -n 's/^public = //p' b/issuer.conf)"
cp b.saved host/b.conf
says nor_does_its_file_put_back_S15 1 "refused: step 9: " "${verify[@]}" b.vid
[[ $err == *"was untrusted on this host"* ]] && pass which_is_said || fail which_is_said "$err"
says an_explicit_word_does_S15 0 "trusted:" "${trust[@]}" b/issuer.conf --as b --status none --again --force
says and_it_is_valid_again 0 valid "${verify[@]}" b.vid

# --- one faulty file stops its own issuer
echo 'colour = blue' >>host/s.conf
says one_faulty_file_stops_no_other_issuer_S51 0 valid "${verify[@]}" b.vid
[[ $err == *"is not trusted, its file is faulty: host/s.conf:"* ]] && pass and_is_named ||
	fail and_is_named "$err"
says its_own_tokens_are_refused_S51 1 "refused: step 9: " "${verify[@]}" new.vid
says trust_check_complains_of_it 1 "its file is faulty" "$VID" trust check --dir host
says issuer_list_does_too 0 "its file is faulty" "$VID" issuer list --dir host
chmod 666 host/s.conf
says so_does_one_that_others_can_write_S33 0 valid "${verify[@]}" b.vid
[[ $err == *"is not trusted, its file"* ]] && pass and_is_named_S33 || fail and_is_named_S33 "$err"
chmod 644 host/s.conf && cp saved.conf host/s.conf
cp host/b.conf host/copy.conf
says of_two_files_of_one_issuer_neither_counts_S15 1 "refused: step 9: " "${verify[@]}" b.vid
rm host/copy.conf
cp host/trust.record kept
echo nonsense >host/trust.record
says a_damaged_record_stops_all_S17 2 "trust.record" "${verify[@]}" b.vid
cp kept host/trust.record
printf '[issuer]\nnonsense\n' >host/broken.conf
says untrust_removes_a_faulty_file 0 "was faulty and is removed" \
	"$VID" issuer untrust --dir host broken

# --- revoking by a token
uri=https://b.example/list
"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" v >/dev/null
"$VID" issuer issue --dir v --to w.pub "${p[@]}" --status-uri $uri --json -o victim.vid >victim.json 2>/dev/null
idx=$(sed -n 's/.*"idx": \([0-9]*\).*/\1/p' victim.json)
"$VID" issuer issue --dir b --to w.pub "${p[@]}" --status-uri $uri --status-idx "$idx" -o attack.vid >/dev/null 2>&1
revoke=("$VID" issuer revoke --dir v)
says a_token_of_another_issuer_revokes_nobody_S14 2 "is no token of this issuer" "${revoke[@]}" --token attack.vid
cp -r v thief
"$VID" issuer issue --dir thief --to w.pub "${p[@]}" --status-uri $uri --status-idx "$idx" -o attack2.vid >/dev/null 2>&1
says nor_does_one_that_has_anothers_place_S14 2 "was given to another token" \
	"${revoke[@]}" --token attack2.vid
says its_own_does 0 "revoked: place $idx" "${revoke[@]}" --token victim.vid
finish
