# SPDX-License-Identifier: BSD-2-Clause
# Claim-169 cards by the commands that people type: trusted by every form of a key, judged
# as text, file and standard input, and their names as the published vectors have them.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
MAKE=$VID_BUILD/tests/tools/make_card
[ -x "$MAKE" ] || skip_all "make_card is not built (libbrotlienc is missing)"
command -v openssl >/dev/null || skip_all "no openssl"

now=1760000000
usual=(iss=https://id.example.org id=3918592438 "name=Kim Example" iat=$((now - 1000)) exp=$((now + 1000)))
trust=("$VID" issuer trust --force --dir trust --realm realm:example.org)
says an_issuer_of_cards_is_trusted 0 "trusted: https://id.example.org" \
	"${trust[@]}" --as example --iss https://id.example.org --key "$("$MAKE" 1)"
verify=("$VID" token verify --profile claim169 --trust trust --at $now)

card=$("$MAKE" 1 "${usual[@]}")
says a_card_is_valid_as_text 0 "valid" "${verify[@]}" "$card"
[ "$(sed -n 1p <<<"$out")" = valid ] && [[ $(sed -n 2p <<<"$out") == *"no holder proof"* ]] &&
	pass a_card_is_said_to_carry_no_holder_proof ||
	fail a_card_is_said_to_carry_no_holder_proof "$out"
printf '%s\n' "$card" >card.txt
says a_card_is_valid_as_a_file 0 "valid" "${verify[@]}" card.txt
says a_card_is_valid_from_standard_input 0 "valid" \
	bash -c '"${@:2}" - <"$1"' - card.txt "${verify[@]}"
says a_card_is_printed_by_the_published_names 0 '"fullName": "Kim Example"' \
	"${verify[@]}" --json card.txt
[[ $out == *'"id": "3918592438"'* && $out == *'"issuer": "https://id.example.org"'* &&
	$out == *'"expiresAt": 1760001000'* && $out == *'"verdict": "valid"'* ]] &&
	pass json_has_all_of_the_card || fail json_has_all_of_the_card "$out"

says brotli_and_both_tags_are_read 0 "valid" \
	"${verify[@]}" "$("$MAKE" 1 "${usual[@]}" pack=brotli form=61)"
says a_bare_message_is_read 0 "valid" "${verify[@]}" "$("$MAKE" 1 "${usual[@]}" form=bare)"

says an_unsigned_card_is_refused 1 "refused: step 5: the card is not signed" \
	"${verify[@]}" "$("$MAKE" 1 "${usual[@]}" unsigned=yes)"
says what_else_an_unsigned_card_lacks_is_said 1 "also: step 12: " \
	"${verify[@]}" "$("$MAKE" 1 "${usual[@]}" unsigned=yes identity=no)"
says a_card_without_identity_data_is_refused 1 "refused: step 12: the card has no identity data" \
	"${verify[@]}" "$("$MAKE" 1 "${usual[@]}" identity=no)"
says an_expired_card_is_refused 1 "refused: step 14: " \
	"${verify[@]}" "$("$MAKE" 1 "${usual[@]}" exp=$((now - 60)))"
says a_stranger_is_refused_S14 1 "refused: step 11: " "${verify[@]}" "$("$MAKE" 2 "${usual[@]}")"
says an_unknown_issuer_is_refused 1 "refused: step 9: " \
	"${verify[@]}" "$("$MAKE" 1 iss=https://other.example id=1 iat=1 exp=2)"
says another_realm_is_refused_S15 1 "refused: step 13: " "${verify[@]}" --realm realm:other card.txt
says refusals_print_JSON 1 '"step": 11' "${verify[@]}" --json "$("$MAKE" 2 "${usual[@]}")"
says what_is_no_base45_is_refused 1 "refused: step 2: the QR text is not base45" \
	"${verify[@]}" 'THIS!IS@NOT#BASE45'
says a_mistyped_file_name_is_said_to_be_none 1 "there is no file 'crad.txt'" "${verify[@]}" crad.txt
says what_is_no_card_is_refused 1 "refused: step 2: the compressed content" "${verify[@]}" 000000
says nonce_and_host_are_for_presentations 2 "no proof of its holder" \
	"${verify[@]}" --host host:x card.txt
says a_card_is_no_token 1 "refused: step " "$VID" token verify --trust trust card.txt

# RFC 8392: what has no ':' is any text, and published cards come from "www.mosip.io"
for name in www.mosip.io "Civil Registry"; do
	says "an_issuer_may_be_called_${name// /_}" 0 "trusted: $name" "${trust[@]}" --as plain \
		--iss "$name" --key "$("$MAKE" 1)"
	says "and_the_card_of_${name// /_}_is_valid" 0 "valid" \
		"${verify[@]}" "$("$MAKE" 1 "${usual[@]}" "iss=$name")"
done
for name in '' ' www' 'www ' 'a#b' 'a;b' $'a\tb' 'no uri:x'; do
	says "an_issuer_is_not_called_'$(printf %q "$name")'" 2 "--iss takes" \
		"${trust[@]}" --as odd --iss "$name" --key "$("$MAKE" 1)"
done

# who that is on a host: for vid account map
"$VID" host init --file host.key >/dev/null
"$VID" host init --file other.key >/dev/null
says the_identity_is_printed_for_a_host 0 "identity: " "${verify[@]}" --host-key host.key card.txt
identity=$(sed -n 's/^identity: //p' <<<"$out")
holds the_identity_is_a_pseudonym grep -qxE '[A-Za-z0-9_-]{22}@example' <<<"$identity"
says a_renewed_card_has_the_same_identity 0 "identity: $identity" "${verify[@]}" \
	--host-key host.key "$("$MAKE" 1 "${usual[@]}" exp=$((now + 5000)))"
run "${verify[@]}" --host-key other.key card.txt
[[ $code = 0 && $out == *identity:* && $out != *"$identity"* ]] &&
	pass another_host_knows_another_identity || fail another_host_knows_another_identity "$out"
says a_number_as_subject_is_no_identity 0 "identity: " "${verify[@]}" --host-key host.key \
	"$("$MAKE" 1 "${usual[@]}" sub=3918592438)"
[[ $out != *3918592438* ]] && pass no_number_is_printed || fail no_number_is_printed "$out"
says a_pseudonym_as_subject_is_the_identity 0 "identity: AAECAwQFBgcICQoLDA0ODw@example" \
	"${verify[@]}" --host-key host.key "$("$MAKE" 1 "${usual[@]}" sub=AAECAwQFBgcICQoLDA0ODw)"
says a_card_of_nobody_has_no_identity 2 "neither a subject nor an ID" "${verify[@]}" \
	--host-key host.key "$("$MAKE" 1 iss=https://id.example.org iat=$now exp=$((now + 9)))"

says token_show_knows_a_card 0 "claim-169 card" "$VID" token show card.txt
[[ $out == *"NOT VERIFIED"*"fullName: \"Kim Example\""* ]] &&
	pass token_show_names_the_members || fail token_show_names_the_members "$out"
says token_show_prints_a_card_as_JSON 0 '"kind": "card"' "$VID" token show --json card.txt
"$MAKE" 1 "${usual[@]}" unsigned=yes >unsigned.txt
says token_show_says_what_is_unsigned 0 "no signature" "$VID" token show unsigned.txt
"$MAKE" 1 iss=https://id.example.org id=1 "name=$(printf 'x\033]0;owned\007')" iat=1 exp=2 >evil.txt
says a_card_cannot_move_the_cursor 0 'u001b' "$VID" token show evil.txt
[[ $out != *$'\033'* ]] && pass no_escape_reaches_the_terminal || fail no_escape_reaches_the_terminal

# ES256: every form in which an issuer gives its key
openssl ecparam -name prime256v1 -genkey -noout -out es.key 2>/dev/null
openssl ec -in es.key -pubout -out es.pem 2>/dev/null
openssl req -new -x509 -key es.key -subj /CN=issuer -days 2 -out es.crt 2>/dev/null
point=$(openssl ec -in es.key -pubout -outform DER 2>/dev/null | tail -c 65 | od -An -tx1 | tr -d ' \n')
short=$(openssl ec -in es.key -pubout -conv_form compressed -outform DER 2>/dev/null | tail -c 33 |
	od -An -tx1 | tr -d ' \n')
signed=$("$MAKE" es.key "${usual[@]}" iss=https://es.example)
form=0
for key in "$point" "${point#04}" "$short" es.pem es.crt; do
	form=$((form + 1))
	rm -rf es
	"$VID" issuer trust --dir es --as es --iss https://es.example --realm realm:es \
		--alg ES256 --key "$key" >/dev/null
	says "an_ES256_card_is_valid_by_key_form_$form" 0 valid \
		"$VID" token verify --profile claim169 --trust es --at $now "$signed"
done
says another_ES256_key_is_refused 1 "refused: step 11: " "$VID" token verify --profile claim169 \
	--trust es --at $now "$(openssl ecparam -name prime256v1 -genkey -noout -out x.key &&
		"$MAKE" x.key "${usual[@]}" iss=https://es.example)"
says an_EdDSA_card_of_an_ES256_issuer_is_refused_S16 1 "refused: step 8: " "$VID" token verify \
	--profile claim169 --trust es --at $now "$("$MAKE" 1 "${usual[@]}" iss=https://es.example)"
openssl genpkey -algorithm ed25519 -out ed.key
openssl pkey -in ed.key -pubout -out ed.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
openssl pkey -in rsa.key -pubout -out rsa.pem
t=("$VID" issuer trust --dir bad --as b --iss https://b.example --realm realm:b)
says an_Ed25519_PEM_file_says_itself_what_it_is 0 "EdDSA" "${t[@]}" --key ed.pem
says a_key_of_the_other_algorithm_is_refused 2 "the key is for EdDSA, not ES256" \
	"${t[@]}" --alg ES256 --key ed.pem
says an_RSA_key_is_refused 2 "not a PEM file with an Ed25519 or P-256" "${t[@]}" --key rsa.pem
says a_private_key_is_not_taken 2 "not a PEM file" "${t[@]}" --key es.key
says a_point_of_a_wrong_length_is_refused 2 "66, 128 or 130" "${t[@]}" --alg ES256 --key "05$short"
says a_point_off_the_curve_is_refused 2 "not a valid ES256" "${t[@]}" --alg ES256 \
	--key "${point%??}$(printf '%02x' $((0x${point: -2} ^ 1)))"
says a_file_that_is_not_there_is_said 2 "nofile.pem" "${t[@]}" --key nofile.pem
finish
