# SPDX-License-Identifier: BSD-2-Clause
# From a new issuer to a judged presentation, by the commands that people type.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
READ=$VID_BUILD/tests/tools/qr_read
p=(--passphrase-file word)

says host_init_makes_a_key_and_prints_the_id 0 "host id: host:" "$VID" host init --file host.key
says host_init_prints_the_realm_line 0 "realm = realm:x.example" \
	"$VID" host init --file host.key --realm realm:x.example
before=$(cksum <host.key)
says host_init_again_keeps_the_key 0 "kept" "$VID" host init --file host.key
[ "$before" = "$(cksum <host.key)" ] && [ "$(stat -c %a host.key)" = 400 ] &&
	pass host_key_is_private_and_unchanged || fail host_key_is_private_and_unchanged
HOST=$("$VID" host show --file host.key | sed 's/host id: //')
says host_show_prints_JSON 0 "\"host_id\": \"$HOST\"" "$VID" host show --file host.key --json

says issuer_init_makes_two_files 0 "fingerprint SHA256:" \
	"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" is
[ "$(stat -c %a is/issuer.key)" = 600 ] && [ "$(stat -c %a is)" = 700 ] &&
	pass issuer_key_is_private || fail issuer_key_is_private
"$VID" issuer export is >public.conf
holds issuer_export_prints_the_public_part cmp public.conf is/issuer.conf
says issuer_export_writes_a_file 0 "" "$VID" issuer export -o exported.conf is
holds issuer_export_file_is_the_same cmp public.conf exported.conf
says issuer_trust_shows_the_fingerprint 0 "fingerprint SHA256:" \
	"$VID" issuer trust --dir trust public.conf --as example
fingerprint=$(grep -o 'SHA256:[0-9a-f]*' <<<"$out" | cut -d: -f2)
says issuer_export_prints_JSON 0 "\"sha256\": \"$fingerprint\"" "$VID" issuer export --json is
says issuer_trust_prints_JSON 0 "\"sha256\": \"$fingerprint\"" \
	"$VID" issuer trust --dir trust-json public.conf --as example --json
says issuer_init_prints_JSON 0 '"key_file": "is-json/issuer.key"' "$VID" issuer init --json \
	--iss https://json.example --realm realm:example.org "${p[@]}" is-json
says wallet_init_prints_JSON 0 '"public_part": "w-json.pub"' "$VID" wallet init --json "${p[@]}" w-json
says issuer_list_names_it 0 "example: https://id.example.org" "$VID" issuer list --dir trust
says issuer_list_prints_JSON 0 '"alias": "example"' "$VID" issuer list --dir trust --json

says wallet_init_makes_a_key 0 "wallet: w" "$VID" wallet init "${p[@]}" w
says wallet_public_part_is_for_the_issuer 0 "alg = EdDSA" cat w.pub
[ "$(stat -c %a w)" = 600 ] && pass wallet_is_private || fail wallet_is_private

printf '[face]\ndigest = %064d\nmodel = frr0095\ncount = 2\n' 7 >face.ref
status=(--status-uri https://id.example.org/s/1 --status-idx 4711)
issue=("$VID" issuer issue --dir is --to w.pub "${p[@]}")
says issuer_issue_prints_identity_and_expiry 0 "expires: 20" \
	"${issue[@]}" --face face.ref "${status[@]}" -o t.vid
[[ $out =~ identity:\ [A-Za-z0-9_-]{22} ]] && pass identity_is_a_pseudonym ||
	fail identity_is_a_pseudonym "$out"
[ -z "$err" ] && pass a_revocable_token_brings_no_warning ||
	fail a_revocable_token_brings_no_warning "$err"
says a_token_without_status_brings_a_warning 0 "cannot be revoked" "${issue[@]}" -o bare.vid
says a_given_subject_is_used 0 "identity: AAECAwQFBgcICQoLDA0ODw" \
	"${issue[@]}" "${status[@]}" --sub AAECAwQFBgcICQoLDA0ODw --days 7 -o s.vid
says issue_prints_JSON 0 '"subject": "AAECAwQFBgcICQoLDA0ODw"' \
	"${issue[@]}" "${status[@]}" --sub AAECAwQFBgcICQoLDA0ODw --json -o j.vid

says token_show_names_claims_and_dates 0 "expires: 1" "$VID" token show t.vid
[[ $out == *"NOT VERIFIED"*"4711"*"face digest"* ]] && pass token_show_says_it_is_not_verified ||
	fail token_show_says_it_is_not_verified "$out"
says token_show_prints_JSON 0 '"verified": false' "$VID" token show --json t.vid
[[ $out == *'"kid": "'*'"sub": "'*'"face": {'* ]] &&
	pass JSON_has_the_registered_names || fail JSON_has_the_registered_names "$out"

verify=("$VID" token verify --trust trust)
says bare_token_is_valid 0 "valid" "${verify[@]}" t.vid
[ "$(sed -n 1p <<<"$out")" = valid ] && [[ $(sed -n 2p <<<"$out") == *"no holder proof"* ]] &&
	pass bare_token_is_said_to_carry_no_holder_proof ||
	fail bare_token_is_said_to_carry_no_holder_proof "$out"
says token_without_status_is_refused_by_default 1 "refused: step 18: " "${verify[@]}" bare.vid
says trust_can_drop_the_status_rule 0 "status none" \
	"$VID" issuer trust --dir trust-none public.conf --as example --status none
says token_without_status_is_then_valid 0 "valid" \
	"$VID" token verify --trust trust-none bare.vid
says a_folder_without_lists_knows_no_status 1 "refused: step 18: " "${verify[@]}" --status . t.vid

now=$(date +%s)
nonce=00112233445566778899aabbccddeeff
show=("$VID" wallet show --wallet w --token t.vid --host "$HOST" "${p[@]}" --time "$now")
says wallet_show_writes_file_and_picture 0 "" "${show[@]}" --nonce $nonce -o k.vid --png k.png
says presentation_is_valid 0 "valid" "${verify[@]}" --host "$HOST" --nonce $nonce k.vid
[ "$out" = valid ] && pass a_presentation_says_valid_and_no_more ||
	fail a_presentation_says_valid_and_no_more "$out"
says presentation_prints_JSON 0 '"holder_proof": true' \
	"${verify[@]}" --json --host "$HOST" --nonce $nonce k.vid
says refusal_prints_JSON 1 '"step": 17' "${verify[@]}" --json --host host:other k.vid
says presentation_for_another_host_is_refused 1 "refused: step 17: " \
	"${verify[@]}" --host host:0000000000000000 --nonce $nonce k.vid
says presentation_with_another_nonce_is_refused 1 "refused: step 17: " \
	"${verify[@]}" --host "$HOST" --nonce ff112233445566778899aabbccddeeff k.vid
says presentation_is_refused_after_a_minute 1 "refused: step 17: " \
	"${verify[@]}" --host "$HOST" --nonce $nonce --at $((now + 61)) k.vid
says presentation_needs_a_host 2 "--host" "${verify[@]}" k.vid
says earlier_steps_need_no_host 1 "refused: step 14: " \
	"${verify[@]}" --at $((now + 365 * 86400)) k.vid
says presentation_shows_the_token_inside 0 "virtual ID token inside" "$VID" token show k.vid
says token_of_another_realm_is_refused 1 "refused: step 13: " \
	"${verify[@]}" --realm realm:other t.vid

says wallet_show_warns_of_an_expired_token 0 "has expired" "${show[@]/#$now/$((now + 365 * 86400))}" \
	--text
says wallet_show_warns_of_a_clock_that_is_behind 0 "issued in the future" \
	"${show[@]/#$now/$((now - 86400))}" --text
says wallet_show_prints_the_text 0 "VID1:" "${show[@]}" --text
text=$out
says text_is_judged_from_standard_input 0 "valid" \
	bash -c 'printf "%s\n" "$1" | "${@:2}"' - "$text" "${verify[@]}" --host "$HOST" -
says text_may_stand_for_its_file 0 "valid" "${verify[@]}" --host "$HOST" "$text"
says and_be_shown_to_people 0 "presentation" "$VID" token show "$text"
says a_text_that_was_cut_is_refused_by_its_step 1 "refused: step 2: " \
	"${verify[@]}" --host "$HOST" "${text:0:99}"
"${show[@]}" --png text.png --force 2>/dev/null
# Without a nonce and at one time the proof is the same bytes: Ed25519 is deterministic.
holds picture_is_read_by_zbar_as_the_text \
	test "$("$READ" text.png)" = "$text"
"${show[@]}" >qr.txt
for ground in dark light; do
	holds "terminal_code_is_read_on_a_${ground}_ground" \
		test "$("$READ" --terminal $ground <qr.txt)" = "$text"
done

# S14: another issuer, trusted as well, cannot speak for the first
"$VID" issuer init --iss https://other.example --realm realm:example.org "${p[@]}" other >/dev/null
says the_other_issuer_is_trusted_too 0 "as 'other'" \
	"$VID" issuer trust --dir trust other/issuer.conf --as other
sed 's#https://other.example#https://id.example.org#' other/issuer.conf >forged.conf
cp forged.conf other/issuer.conf
says forger_can_sign 0 "identity" "$VID" issuer issue --dir other --to w.pub "${p[@]}" \
	"${status[@]}" -o forged.vid
says forged_token_is_refused_S14 1 "refused: step 10: " "${verify[@]}" forged.vid
# a wallet that the token was not issued to
"$VID" wallet init "${p[@]}" thief >/dev/null
says a_wallet_shows_only_its_own_tokens 2 "not issued to the key" "$VID" wallet show --wallet thief \
	--token t.vid --host "$HOST" "${p[@]}" --text
# without --wallet: the one beside the token, whatever else lies there
mkfifo beside
says the_wallet_beside_the_token_shows_it 0 "VID1:" timeout 20 "$VID" wallet show --token t.vid \
	--host "$HOST" "${p[@]}" --text
printf '%s\n' "$out" >beside.txt
says and_its_proof_is_valid 0 "valid" "${verify[@]}" --host "$HOST" beside.txt
mkdir alone && cp t.vid thief alone
says no_other_wallet_is_taken_for_it 2 "say which with --wallet FILE" "$VID" wallet show \
	--token alone/t.vid --host "$HOST" "${p[@]}" --text
says a_file_that_is_no_token_has_no_wallet 2 "w.pub: " "$VID" wallet show \
	--token w.pub --host "$HOST" "${p[@]}" --text
finish
