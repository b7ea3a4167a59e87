# SPDX-License-Identifier: BSD-2-Clause
# vid key: from a bare security key to one that carries a virtual ID, and back; and every key
# that cannot, told in words.
# shellcheck shell=bash
. "$VID_SRC/tests/key/inside.sh"
. "$VID_SRC/tests/tools/common.sh"
trap 'unplug; rm -rf "$work"' EXIT
command -v jq >/dev/null || skip_all "jq is not installed"
command -v script >/dev/null || skip_all "script is not installed"

chmod 755 "$work"
printf '[key]\ndevices = test:%s\n' "$keys/key.sock" >vid.conf
(umask 077 && echo 123456 >pin && echo 654321 >wrong-pin && echo 123 >short-pin)
"$VID" issuer init --iss https://id.example.org --realm realm:id.example.org \
	--passphrase-file word iss >/dev/null
"$VID" issuer export -o iss.conf iss
"$VID" issuer trust --dir trust iss.conf --as example --status none >/dev/null
visit=(--settings vid.conf --timeout 20)
with=("${visit[@]}" --pin-file pin)
realm=(--trust trust)
enroll=("$VID" key enroll "${with[@]}" "${realm[@]}")
store=("$VID" key store "${with[@]}" --issuers trust)
list=("$VID" key list "${with[@]}" "${realm[@]}")
read=("$VID" key read "${with[@]}" "${realm[@]}")
remove=("$VID" key remove "${with[@]}" "${realm[@]}")

# issue NAME OPTION...: NAME.vid for NAME.pub
issue()
{
	local name=$1
	shift
	"$VID" issuer issue --dir iss --to "$name.pub" --passphrase-file word --force "$@" >issued.txt 2>&1 ||
		echo "# not issued: $(cat issued.txt)"
}

# at TEXT FILTER: of the last call's JSON
is_so()
{
	is "$1" out.txt "$2"
}

# --- the whole story, for both kinds of keys ------------------------------------------------
for alg in ES256 EdDSA; do
	plug "$alg" --pin 123456 || exit 99
	says "a_key_is_enrolled_$alg" 0 "a.pub is for the issuer" "${enroll[@]}" --alg $alg -o a.pub --force
	[[ $err == *"Touch your security key"* ]] && pass "the_touch_is_asked_for_$alg" ||
		fail "the_touch_is_asked_for_$alg" "$err"
	nothing "nothing_is_warned_of_$alg" "$(grep warning <<<"$err")"
	holds "the_file_names_realm_and_credential_$alg" \
		grep -cE "^(alg = $alg|rp-id = id.example.org|credential = [0-9a-f]+)$" a.pub
	says "an_enrolled_key_has_no_virtual_ID_yet_$alg" 0 "no virtual ID" "${list[@]}"
	issue a -o a.vid && issue a -o b.vid
	says "a_token_is_stored_$alg" 0 "stored on credential" "${store[@]}" a.vid
	says "the_key_lists_it_$alg" 0 "a token of https://id.example.org, until" "${list[@]}"
	says "and_in_JSON_$alg" 0 '"token": "key"' "${list[@]}" --json
	is_so "with_its_verdict_and_room_$alg" '.credentials | length == 1 and .[0].verdict == "valid" and
		.[0].rp_id == "id.example.org" and (.[0].template | not)'
	is_so "and_what_the_key_can_$alg" '.pin and .hmac_secret and .large_blob and .room < .room_all'
	says "the_token_is_read_$alg" 0 "back.vid: a token of" "${read[@]}" -o back.vid --force
	holds "and_is_what_was_stored_$alg" cmp a.vid back.vid
	run "${read[@]}"
	says "the_text_verifies_$alg" 0 "valid" "$VID" token verify --trust trust "$out"
	says "in_JSON_with_the_same_verdict_as_the_list_$alg" 0 '"verdict": "valid"' "${read[@]}" --json
	says "another_token_replaces_none_in_silence_$alg" 1 "--force replaces it" "${store[@]}" b.vid
	says "with_force_it_does_$alg" 0 "stored on" "${store[@]}" --force b.vid
	run "${read[@]}" -o back.vid --force
	holds "and_is_read_then_$alg" cmp b.vid back.vid
	says "the_token_alone_is_removed_$alg" 0 "still there" "${remove[@]}" --token-only --yes
	says "and_is_gone_$alg" 1 "no virtual ID on this credential" "${read[@]}"
	says "a_second_time_there_is_none_$alg" 1 "no virtual ID" "${remove[@]}" --token-only --yes
	says "the_credential_is_removed_$alg" 0 "is deleted" "${remove[@]}" --yes
	says "then_the_key_has_nothing_$alg" 0 "nothing for id.example.org" "${list[@]}"
	says "to_read_or_remove_$alg" 1 "holds nothing for id.example.org" "${read[@]}"
	says "the_old_token_fits_no_new_credential_$alg" 0 "is for the issuer" \
		"${enroll[@]}" --alg $alg -o new.pub --force
	says "which_is_told_$alg" 1 "issued to another key" "${store[@]}" a.vid
	unplug
done

# --- which credential, which realm ------------------------------------------------------------
plug two --pin 123456
"${enroll[@]}" -o a.pub --force >/dev/null 2>&1
says a_second_credential_is_warned_of 0 "holds 1 credential for id.example.org already" \
	"${enroll[@]}" -o b.pub --force --json
is_so the_file_is_described_in_JSON '.rp_id == "id.example.org" and .alg == "ES256" and .large_blob'
issue a -o a.vid && issue b -o b.vid
run "${store[@]}" --json a.vid
is_so what_was_stored_is_described_in_JSON '.kept == "key" and .verified and .bytes > 200'
"${store[@]}" b.vid >/dev/null 2>&1
says each_token_finds_its_credential 1 "2 credentials of this key may be meant" "${read[@]}"
id=$(sed -n 's/^credential = //p' b.pub)
run "${read[@]}" --credential "${id:0:16}" -o back.vid --force
holds the_credential_is_named_by_its_first_digits cmp b.vid back.vid
says an_id_that_is_none_is_refused 2 "first 4 digits" "${read[@]}" --credential xy
says an_id_that_is_not_there_is_refused 1 "no credential of that id" "${read[@]}" --credential 00000000
says removing_needs_to_know_which_too 1 "may be meant" "${remove[@]}" --yes
says and_removes_the_one_that_is_named 0 "is deleted" "${remove[@]}" --yes --credential "$id"
run "${read[@]}" -o back.vid --force
holds the_other_one_stays cmp a.vid back.vid
says another_realm_is_told_apart 1 "holds nothing for other.example: it is enrolled for another realm" \
	"${read[@]}" --rp-id other.example
says and_is_listed_as_nothing 0 '"credentials": []' "${list[@]}" --rp-id other.example --json
says a_realm_that_is_none 2 "--rp-id takes" "${list[@]}" --rp-id 'Other Example'
says an_issuer_that_is_not_trusted 2 "no issuer is trusted here as 'nobody'" "${list[@]}" --issuer nobody
says both_is_one_too_many 2 "not both" "${list[@]}" --issuer example --rp-id a.example
says without_an_issuer_the_realm_is_asked_for 2 "say for which realm" \
	"$VID" key list "${with[@]}" --trust nowhere
says without_one_to_enrol_for_too 2 "say for which realm" \
	"$VID" key enroll "${with[@]}" --trust nowhere -o x.pub
says the_issuers_alias_does 0 "credentials: " "${list[@]}" --issuer example
for ((i = 1; i <= 5; i++)); do
	"$VID" issuer trust --dir many --iss https://i$i.example --realm realm:i$i.example --as i$i \
		--key "$(sed -n 's/^public = //p' iss.conf)" >/dev/null
done
says more_realms_than_a_key_is_asked_for 2 "more than 4 realms" "$VID" key list "${with[@]}" --trust many
"$VID" issuer trust --dir many --iss https://i5.example --realm realm:i1.example --as i5 --force \
	--key "$(sed -n 's/^public = //p' iss.conf)" >/dev/null
run "$VID" key list "${with[@]}" --trust many
[ "$code" = 0 ] && [ "$(grep -oE 'i[0-9][.]example' <<<"$out" | sort | tr '\n' ' ')" = \
	'i1.example i2.example i3.example i4.example ' ] && pass two_issuers_of_one_realm_count_once ||
	fail two_issuers_of_one_realm_count_once "exit $code" "$out" "$err"
says an_algorithm_that_is_none 2 "--alg takes" "${enroll[@]}" --alg RS256 -o x.pub
says an_output_that_is_there_is_kept 2 "--force replaces it" "${enroll[@]}" -o a.pub
says a_name_that_is_too_long 2 "--name takes" "${enroll[@]}" --name "$(printf '%065d' 0)" -o x.pub
nothing and_nothing_was_written_for_any "$(ls x.pub 2>/dev/null)"

# --- tokens that are none for a key --------------------------------------------------------------
"$VID" wallet init --passphrase-file word w >/dev/null
cp w.pub wallet.pub && issue wallet -o wallet.vid
says a_token_of_a_wallet_is_refused 1 "was not issued to a security key" "${store[@]}" wallet.vid
"$VID" wallet show --wallet w --token wallet.vid --host host:x --passphrase-file word -o shown.vid
says a_presentation_is_refused 2 "is a presentation" "${store[@]}" shown.vid
head -c 100 a.vid >cut.vid
says a_damaged_token_is_refused 1 "is no token for a key here (step 3)" "${store[@]}" cut.vid
issue a -o old.vid --time 1700000000
says an_expired_token_is_refused 1 "has expired" "${store[@]}" old.vid
says a_token_of_a_stranger_is_stored_with_a_warning 0 "its signature was not checked" \
	"$VID" key store "${with[@]}" --issuers nowhere a.vid
says and_is_listed_as_such 0 "which does not count here: the issuer is not trusted here" \
	"$VID" key list "${with[@]}" --trust nowhere --rp-id id.example.org

# --- PINs ------------------------------------------------------------------------------------------
says a_wrong_PIN_is_told_with_its_tries 1 "the PIN was wrong; 7 tries are left" \
	"$VID" key list "${visit[@]}" --pin-file wrong-pin "${realm[@]}"
says a_right_one_gives_them_back 0 "valid" "${list[@]}" --json
says a_PIN_that_is_too_short_is_not_sent 2 "a PIN has at least 4 characters" \
	"$VID" key list "${visit[@]}" --pin-file short-pin "${realm[@]}"
says without_a_terminal_a_file_is_asked_for 2 "--pin-file FILE" \
	setsid "$VID" key list "${visit[@]}" "${realm[@]}"
# at_terminal PROMPT TEXT [PROMPT TEXT]... -- COMMAND...: type each TEXT once its PROMPT
# stands there; code, and out of it
at_terminal()
{
	local typed=() asked i
	while [ "$1" != -- ]; do
		typed+=("$1" "$2")
		shift 2
	done
	shift
	rm -f answer && mkfifo answer && : >said
	# bash ignores SIGINT for what it starts in the background
	env --default-signal=INT script -qfec "$*" /dev/null <answer >said 2>&1 &
	asked=$!
	exec 3>answer
	while [ "${#typed[@]}" != 0 ]; do
		for ((i = 0; i < 400; i++)); do
			grep -qF -- "${typed[0]}" said || ! kill -0 $asked 2>/dev/null && break
			sleep 0.05
		done
		(trap '' PIPE && printf '%b' "${typed[1]}" >&3) 2>/dev/null
		typed=("${typed[@]:2}")
	done
	wait $asked
	code=$?
	exec 3>&-
	out=$(tr -d '\r' <said)
}
at_terminal 'tries left:' '123456\n' -- "$VID" key list "${visit[@]}" "${realm[@]}"
[ "$code" = 0 ] && [[ $out == *"8 tries left: "* && $out == *"a token of"* ]] &&
	pass at_a_terminal_the_PIN_is_asked_for || fail at_a_terminal_the_PIN_is_asked_for "$code" "$out"
[[ $out != *123456* ]] && pass and_not_shown || fail and_not_shown "$out"
at_terminal 'tries left:' '\003' -- "$VID" key list "${visit[@]}" "${realm[@]}"
[ "$code" != 0 ] && [[ $out != *"a token of"* ]] && pass Ctrl_C_ends_it || fail Ctrl_C_ends_it "$code" "$out"
at_terminal '[y/N]' 'n\n' -- "${remove[@]}"
[ "$code" = 2 ] && [[ $out == *"cannot be brought back"*"nothing was done"* ]] &&
	pass removing_asks_first || fail removing_asks_first "$code" "$out"
says and_did_not_happen 0 "a token of" "${list[@]}"
says nobody_to_ask_is_told 2 "--yes" "${remove[@]}"
for ((i = 0; i < 5; i++)); do
	run "$VID" key list "${visit[@]}" --pin-file wrong-pin "${realm[@]}"
done
says the_last_but_two_tries_are_told 1 "2 tries are left" \
	"$VID" key list "${visit[@]}" --pin-file wrong-pin "${realm[@]}"
at_terminal 'tries left:' '654321\n' -- "$VID" key list "${visit[@]}" "${realm[@]}"
[ "$code" = 1 ] && [[ $out == *"1 try is left"* ]] && pass the_last_one_is_not_asked_for_in_one_go ||
	fail the_last_one_is_not_asked_for_in_one_go "$code" "$out"
run "$VID" key list "${visit[@]}" --pin-file wrong-pin "${realm[@]}"
says a_blocked_key_is_told_apart 2 "blocked: reset it" "${list[@]}"
unplug

# --- keys that cannot ----------------------------------------------------------------------------------
plug bare
says a_key_without_a_PIN_is_refused 2 "set one with fido2-token -S" "${enroll[@]}" -o bare.pub
says but_for_touch_alone_it_does 0 "bare.pub is for the issuer" "${enroll[@]}" --touch-only -o bare.pub
issue bare -o bare.vid
says and_is_listed_without_one 0 "no PIN is set" "${list[@]}"
says but_nothing_on_it_is_changed 2 "has no PIN" "${store[@]}" bare.vid
says nor_removed 2 "has no PIN" "${remove[@]}" --yes
unplug
plug old --u2f
says a_U2F_key_is_told_apart 2 "does not speak FIDO2" "${enroll[@]}" -o x.pub
unplug
plug crowded --pin 123456 --slots 0
says a_full_key_is_told_apart 2 "no credential fits any more" "${enroll[@]}" -o x.pub
unplug
plug small --pin 123456 --room 100
: >"$keys/log"
says a_small_key_is_enrolled 0 "is for the issuer" "${enroll[@]}" -o small.pub
issue small -o small.vid
says and_says_how_much_is_missing 2 "bytes are needed" "${store[@]}" small.vid
nothing before_anything_is_written "$(grep 'largeBlobs set' "$keys/log")"
unplug
plug plain --pin 123456 --no-largeblob --no-hmac
says a_key_without_room_is_warned_of 0 "vid key store --here" "${enroll[@]}" -o plain.pub
[[ $err == *"no hmac-secret"* ]] && pass and_one_that_seals_nothing || fail and_one_that_seals_nothing "$err"
issue plain -o plain.vid
says its_token_is_for_the_terminal 2 "vid key store --here" "${store[@]}" plain.vid
here=("$VID" key store --issuers trust --tokens tokens --here)
says which_keeps_it 0 "kept on this host" "${here[@]}" --to plain.pub plain.vid
says for_that_key_alone 1 "issued to another key" "${here[@]}" --to small.pub plain.vid
says not_for_a_wallet 2 "is a wallet's key" "${here[@]}" --to w.pub plain.vid
says nor_without_a_key 2 "--here and --to go together" "${here[@]}" plain.vid
issue plain -o plain2.vid
says and_replaces_none_in_silence 1 "--force replaces it" "${here[@]}" --to plain.pub plain2.vid
says the_list_shows_what_is_kept_here 0 "kept on this host" "${list[@]}" --tokens tokens
says what_is_kept_is_removed_with_the_key 0 "keeps no virtual ID" "${remove[@]}" --here --tokens tokens
"${here[@]}" --to plain.pub plain.vid >/dev/null
says or_without_it 0 "keeps no virtual ID" "$VID" key remove --here --to plain.pub --tokens tokens
says once 1 "keeps no virtual ID" "$VID" key remove --here --to plain.pub --tokens tokens
unplug

# --- a touch that does not come -------------------------------------------------------------------------
plug two2 --pin 123456
does deny
says a_touch_that_is_denied_makes_nothing 2 "was not touched in time" "${enroll[@]}" -o x.pub
does hang
: >"$keys/log"
says a_touch_that_does_not_come_ends_by_itself 2 "was not touched in time" \
	"$VID" key enroll --settings vid.conf --pin-file pin "${realm[@]}" --timeout 3 -o x.pub
holds and_the_key_is_cancelled timeout 20 bash -c "until grep -q cancelled '$keys/log'; do sleep 0.05; done"
: >"$keys/log"
env --default-signal=INT "${enroll[@]}" -o x.pub >stopped.txt 2>&1 </dev/null &
waiting=$!
until grep -qs Touch stopped.txt || ! kill -0 $waiting 2>/dev/null; do sleep 0.05; done
kill -INT $waiting
wait $waiting
code=$?
[ $code = 2 ] && grep -q "stopped: nothing was written" stopped.txt && pass an_interrupt_ends_it_at_once ||
	fail an_interrupt_ends_it_at_once "$code" "$(cat stopped.txt)"
holds and_cancels_the_key timeout 20 bash -c "until grep -q cancelled '$keys/log'; do sleep 0.05; done"
does unplug
says a_key_that_is_taken_out_is_told 2 "was taken out" "${enroll[@]}" -o x.pub
nothing and_no_file_was_written "$(ls x.pub 2>/dev/null)"
unplug
says a_key_that_does_not_come_is_told 2 "no security key was plugged in" \
	"$VID" key list --settings vid.conf --timeout 1 --rp-id id.example.org
[[ $err == *"Insert your security key"* ]] && pass and_is_asked_for || fail and_is_asked_for "$err"

# --- several keys -----------------------------------------------------------------------------------------
printf '[key]\ndevices = test:%s:%s\n' "$keys/other.sock" "$keys/key.sock" >both.conf
plug third --pin 123456 --slots 30 && beside crowded --pin 123456 --slots 0
says of_several_keys_the_one_that_is_touched_is_used 0 '"slots": ' \
	"$VID" key list --settings both.conf --timeout 20 --pin-file pin "${realm[@]}" --json
is_so and_it_is_that_one '.slots > 0'
[[ $err == *"Touch the security key that you want to use"* ]] && pass and_the_choice_is_asked_for ||
	fail and_the_choice_is_asked_for "$err"
holds and_the_other_one_is_cancelled timeout 20 \
	bash -c "until grep -q cancelled '$keys/other.log'; do sleep 0.05; done"
unplug

# --- a template on the key ------------------------------------------------------------------------------
plug face --pin 123456
mkdir pictures && cp "$VID_SRC"/tests/faces/person-03-[12].jpg pictures/
"$VID" host init --file key >/dev/null
"${enroll[@]}" -o kim.pub >/dev/null 2>&1
places=(--map map --issuers trust --faces faces --key key)
says a_face_is_enrolled 0 "enrolled vkim" "$VID" face enroll "${places[@]}" --engine basic \
	--from pictures --agree --reference kim.face vkim
issue kim -o faceless.vid && issue kim -o kim.vid --face kim.face
with_face=("$VID" key store "${with[@]}" "${places[@]}" --template)
says a_token_without_a_face_takes_no_template 1 "names no face" "${with_face[@]}" vkim faceless.vid
says an_account_without_a_face_has_none 1 "no face is enrolled for bob" "${with_face[@]}" bob kim.vid
says the_template_goes_along 0 "vid face remove vkim" "${with_face[@]}" vkim kim.vid
says and_is_listed 0 "with a face template" "${list[@]}"
run "${read[@]}" -o back.vid --force
holds the_token_beside_it_is_read cmp kim.vid back.vid
issue kim -o renewed.vid --face kim.face
says a_renewed_token_keeps_it 0 "is still there" "${store[@]}" --force renewed.vid
says a_token_of_another_face_does_not 0 "it is taken away" "${store[@]}" --force faceless.vid
"$VID" face enroll "${places[@]}" --engine basic --from pictures --agree --replace --force \
	--reference other.face vkim >/dev/null 2>&1
says a_template_that_the_token_does_not_name_is_refused 1 "names another face" \
	"${with_face[@]}" vkim --force kim.vid
issue kim -o other.vid --face other.face
does badsig
says a_signature_that_is_not_the_keys_stores_nothing 1 "issued to another key" \
	"${with_face[@]}" vkim --force other.vid
does touch noup
says an_answer_without_a_touch_seals_nothing 1 "was not touched" "${with_face[@]}" vkim --force other.vid
does touch

# --- what opens a keyring ----------------------------------------------------------------------------------
secret=("$VID" key secret)
at=("${with[@]}" "${realm[@]}" --index index --key key --secrets secrets --tokens tokens)
(umask 077 && echo 'open sesame' >sesame)
"${store[@]}" --force other.vid >/dev/null 2>&1
# mapped SUBJECT ACCOUNT UID
mapped()
{
	"$VID" account add "$1@example" "$2" --uid "$3" --map map --index index --key key --issuers trust \
		--faces faces >/dev/null || echo "# not mapped: $2"
}
mapped "$(head -c 16 /dev/zero | base64 | tr '+/' '-_' | tr -d =)" bob 60002
says an_identity_without_an_account_has_no_keyring 1 "mapped to no account here" \
	"${secret[@]}" set "${at[@]}" --secret-file sesame
sub=$("$VID" token show --json other.vid | jq -r '.claims.sub')
mapped "$sub" vkim 60001
says a_secret_is_sealed 0 "sealed for vkim" "${secret[@]}" set "${at[@]}" --secret-file sesame
[[ $out == *"unlock-secret = yes"* ]] && pass and_what_else_is_needed_is_said ||
	fail and_what_else_is_needed_is_said "$out"
[ "$(find secrets -type f | wc -l)" = 1 ] && ! grep -rq sesame secrets &&
	pass it_is_not_there_to_read || fail it_is_not_there_to_read "$(ls -l secrets)"
at_terminal 'keyring of' 'one word\n' 'same again' 'two words\n' -- "${secret[@]}" set "${at[@]}"
[ "$code" = 2 ] && [[ $out == *"the two differ"* && $out != *"one word"* ]] &&
	pass it_is_asked_for_twice_and_not_shown || fail it_is_asked_for_twice_and_not_shown "$code" "$out"
at_terminal 'keyring of' 'same word\n' 'same again' 'same word\n' -- "${secret[@]}" set "${at[@]}"
[ "$code" = 0 ] && pass and_taken_when_both_agree || fail and_taken_when_both_agree "$code" "$out"
says other_words_are_refused 2 "set or remove" "${secret[@]}" show "${at[@]}"
says a_token_in_a_file_does 0 "sealed for vkim" \
	"${secret[@]}" set "${at[@]}" --secret-file sesame --token other.vid
says not_that_of_another_key 1 "mapped to no account here" "${secret[@]}" set "${at[@]}" --secret-file sesame --token a.vid
unplug
says forgetting_needs_the_token_alone 0 "is forgotten" "${secret[@]}" remove "${at[@]}" --token other.vid
says and_happens_once 1 "no secret of vkim" "${secret[@]}" remove "${at[@]}" --token other.vid
nothing nothing_of_it_stays "$(find secrets -type f)"
touch secrets/vkim.0123456789abcdef.secret secrets/vkimberly.0123456789abcdef.secret
says and_the_name_alone_does_when_all_else_is_gone 0 "is forgotten" \
	"${secret[@]}" remove --secrets secrets --account vkim
[ "$(find secrets -type f -printf '%f ')" = "vkimberly.0123456789abcdef.secret " ] &&
	pass and_nobody_elses || fail and_nobody_elses "$(find secrets -type f)"
rm secrets/*

# --- an ordinary user ------------------------------------------------------------------------------------------
plug face --pin 123456
cp "$VID" vid.copy
mkdir own && (umask 077 && cp pin own/pin) && cp kim.pub kim.vid own/ && chown -R 65534:65534 own
as=(setpriv --reuid=65534 --regid=65534 --clear-groups ./vid.copy key)
says a_person_lists_the_own_key_without_root 0 "a token of https://id.example.org" \
	"${as[@]}" list --settings vid.conf --pin-file own/pin --timeout 20 "${realm[@]}"
says and_reads_it 0 "VID1:" "${as[@]}" read --settings vid.conf --pin-file own/pin "${realm[@]}"
says but_seals_no_secret_here_S54 2 "key" "${as[@]}" secret set --settings vid.conf --pin-file own/pin \
	"${realm[@]}" --index index --key key --secrets own/secrets
says nor_keeps_tokens_here_S54 2 "tokens" "${as[@]}" store --here --to own/kim.pub --issuers trust \
	--tokens tokens own/kim.vid
unplug
finish
