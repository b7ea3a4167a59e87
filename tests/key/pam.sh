# SPDX-License-Identifier: BSD-2-Clause
# A login through the real module, vidd and vid-fido with every kind of security key, good and
# evil: its exact PAM code, within the deadline and a second, in five megabytes (S4-S7, S50).
# shellcheck shell=bash
. "$VID_SRC/tests/key/stage.sh"

GRANTED=0 DENIED=7 UNAVAILABLE=9
enrol kims --pin "$PIN"
enrol bare # the same person's, without a PIN
"$VID" account map "$subject@example" games >/dev/null 2>&1 &&
	"$VID" account map "$(head -c 16 /dev/zero | base64 | tr '+/' '-_' | tr -d =)@example" man >/dev/null 2>&1 &&
	"$VID" account compile >/dev/null ||
	{ echo "# no map"; exit 99; }
kim=(--user games)
with_pin=("${kim[@]}" --pin "$PIN")

# --- good keys ------------------------------------------------------------------------------------
plug kims
does kims touch
log_in a_touched_key_with_its_PIN_gets_in $GRANTED OK "${with_pin[@]}"
told it_is_asked_for_by_host_and_service_with_its_tries_S58 \
	"secret: $(hostname), vid: PIN of your security key (tries left: 8): "
told and_its_touch_is "info: Touch your security key."
nothing the_PIN_is_in_no_log_S52 "$(grep -l "$PIN" "$log" "$keys"/*.log client.err)"
log_in without_a_name_the_key_says_whose_S39 $GRANTED OK --pin "$PIN"
told and_PAM_USER_is_set "user=games"
log_in it_opens_no_other_account_S39 $DENIED ACCOUNT_OTHER --user man --pin "$PIN"
does kims touch slow=100
log_in a_slow_key_gets_in $GRANTED OK "${with_pin[@]}"
does kims touch
log_in silence_says_what_must_be_done $GRANTED OK "${with_pin[@]}" --silent
told all_the_same "info: Touch your security key."
settings 'key-uv = required'
log_in the_PIN_counts_as_verification $GRANTED OK "${with_pin[@]}"
settings

# --- not touched ------------------------------------------------------------------------------------
does kims deny
log_in a_key_that_says_no_is_unavailable $UNAVAILABLE KEY_DECLINED "${with_pin[@]}"
told and_what_to_do_next_is_told "touch it when that is asked for"
does kims timeout
log_in a_key_that_gives_up_is_unavailable $UNAVAILABLE KEY_DECLINED "${with_pin[@]}"
does kims hang
: >"$keys/kims.log"
log_in a_key_that_is_never_touched_ends_at_the_deadline $UNAVAILABLE KEY_DECLINED "${with_pin[@]}"
key_said and_is_cancelled_S50 '^cancelled$'
does kims touch slow=3000
log_in a_key_that_is_too_slow_ends_at_the_deadline $UNAVAILABLE 'KEY_[A-Z]+' "${with_pin[@]}"

# --- evil keys ------------------------------------------------------------------------------------
for when in '' =getInfo =getAssertion =touch; do
	plug kims
	does kims "dead$when"
	log_in "a_key_that_is_dead${when/=/_at_}_is_unavailable_S5" $UNAVAILABLE \
		'KEY_FAILED|KEY_DECLINED|KEY_OLD' "${with_pin[@]}"
done
plug kims
does kims badsig
log_in a_bad_signature_is_refused $DENIED HOLDER_SIGNATURE "${with_pin[@]}"
does kims noup
log_in a_key_that_was_not_touched_is_refused_S4 $DENIED HOLDER_UP "${with_pin[@]}"
settings 'key-uv = required'
does kims nouv
log_in a_key_that_verified_nobody_is_refused_S4 $DENIED HOLDER_UV "${with_pin[@]}"
settings
does kims wrongrp
log_in a_wrong_realm_is_refused $DENIED HOLDER_RP "${with_pin[@]}"
does kims touch counter=5
log_in a_counter_is_kept $GRANTED OK "${with_pin[@]}"
keep_marks=yes
does kims touch counter=4
log_in a_counter_that_went_back_is_refused_S7 $DENIED HOLDER_COUNTER "${with_pin[@]}"
keep_marks=
holds and_told_to_the_administrator_S7 grep -q 'may have been copied' "$log"
for words in endless many bomb bomb=getInfo bombblob; do
	case $words in
	bomb=getInfo) reason=KEY_OLD ;; # says nothing of what it can
	bombblob) reason=KEY_NO_TOKEN ;; # its credential is good
	*) reason='KEY_FAILED|SENSOR_FAILED' ;; # the helper may lose its life
	esac
	plug kims
	does kims "$words"
	log_in "a_key_that_is_${words/=/_at_}_is_unavailable_S5" $UNAVAILABLE "$reason" \
		"${with_pin[@]}"
done

# --- in and out ------------------------------------------------------------------------------------
plug kims
does kims unplug
log_in a_key_that_is_pulled_out_ends_at_the_deadline $UNAVAILABLE KEY_NONE "${with_pin[@]}"
told and_is_told "The security key was taken out."
told and_waited_for "Insert your security key."
plug kims
does kims unplug back=300
log_in a_key_that_is_put_in_again_gets_in $GRANTED OK "${with_pin[@]}" --pin "$PIN"
for when in getInfo clientPIN getAssertion; do
	plug kims
	does kims "unplug=$when back=200"
	log_in "also_when_it_went_at_$when" $GRANTED OK "${with_pin[@]}" --pin "$PIN"
done
does kims absent
absent=1 plug kims
log_in no_key_is_unavailable_at_the_deadline $UNAVAILABLE KEY_NONE "${with_pin[@]}"
told and_one_is_asked_for "info: Insert your security key."
{
	sleep 1
	does kims touch
} &
log_in a_key_that_comes_later_gets_in $GRANTED OK "${with_pin[@]}"
wait $!

# --- the wrong keys --------------------------------------------------------------------------------
does u2f touch
plug u2f --u2f
devices=$keys/u2f settings
log_in U2F_alone_is_not_enough_S6 $UNAVAILABLE KEY_OLD "${with_pin[@]}"
told and_is_told_too "use a newer one"
does new touch
plug new --pin "$PIN"
devices=$keys/new settings
log_in a_key_that_holds_nothing_is_told_apart $UNAVAILABLE KEY_EMPTY "${with_pin[@]}"
told with_what_to_do "have this one enrolled"
plug bare
does bare touch
devices=$keys/bare settings
log_in a_key_without_a_PIN_gets_in_where_none_is_needed $GRANTED OK "${kim[@]}"
devices=$keys/bare settings 'key-uv = required'
log_in and_not_where_one_is $UNAVAILABLE KEY_NO_PIN "${kim[@]}"
told and_one_is_to_be_set "set one"
plug bare --uv
does bare touch uv=ok
log_in a_finger_is_as_good_as_a_PIN $GRANTED OK "${kim[@]}"
told and_its_reader_is_named "fingerprint reader"
does bare touch uv=fail
log_in a_strange_finger_is_not $UNAVAILABLE KEY_DECLINED "${kim[@]}"

# --- two keys --------------------------------------------------------------------------------------
plug kims
plug bare
does kims touch
does bare hang
devices=$keys/bare:$keys/kims settings
log_in of_two_keys_the_touched_one_is_used $GRANTED OK "${with_pin[@]}"
told and_one_is_to_be_touched "Touch the security key that you want to use."
key_said and_the_other_is_cancelled '^cancelled$' bare
unplug bare
settings

# --- the PIN ----------------------------------------------------------------------------------------
plug kims
does kims touch
log_in a_wrong_PIN_is_asked_for_again_S6 $GRANTED OK "${kim[@]}" --pin 111111 --pin "$PIN"
told and_told_so_S6 "secret: That PIN was wrong. $(hostname), vid: PIN of your security key (tries left: 7): "
: >"$keys/kims.log"
log_in no_answer_is_no_PIN_S6 $UNAVAILABLE CANCELLED "${kim[@]}" --no-answer
log_in nor_is_an_empty_one_S6 $UNAVAILABLE CANCELLED "${kim[@]}" --pin ''
log_in nor_three_short_ones_S6 $UNAVAILABLE CANCELLED "${kim[@]}" --pin 1 --pin 12 --pin 123
nothing and_none_of_them_reached_the_key_S6 "$(grep -i 'getPINToken\|Permissions' "$keys/kims.log")"
log_in whoever_does_not_press_Enter_uses_no_key_S9 $UNAVAILABLE CANCELLED "${kim[@]}" --no-enter
: >"$keys/kims.log"
log_in a_remote_login_touches_no_key_S28 $UNAVAILABLE REMOTE "${with_pin[@]}" --rhost 192.0.2.1
nothing not_one_request_S28 "$(cat "$keys/kims.log")"
wrong=(--pin 111111 --pin 222222 --pin 333333 --pin 444444)
log_in three_wrong_PINs_in_a_row_pause_the_key $DENIED KEY_PIN_PAUSE "${kim[@]}" "${wrong[@]}"
told and_it_is_to_be_put_in_again "put it in again"
# it does not forget how many tries are left: five
cp "$keys/kims.made" fresh.made
cp "$keys/kims.state" "$keys/kims.made"
plug kims
log_in a_wrong_PIN_stops_where_three_tries_are_left_S6 $DENIED KEY_PIN "${kim[@]}" "${wrong[@]}"
told and_it_is_told "the PIN of the security key was wrong"
told after_five "(tries left: 5)"
told and_four "(tries left: 4)"
[[ $said != *"tries left: 3"* ]] && pass and_no_further || fail and_no_further "$said"
cp "$keys/kims.state" "$keys/kims.made"
plug kims
log_in with_three_left_there_is_one_try_S6 $DENIED KEY_PIN "${kim[@]}" "${wrong[@]}"
told and_three_are_told "(tries left: 3)"
[[ $said != *"tries left: 2"* ]] && pass and_none_behind_it || fail and_none_behind_it "$said"
cp "$keys/kims.state" "$keys/kims.made"
plug kims
log_in with_two_left_too_S6 $DENIED KEY_PIN "${kim[@]}" "${wrong[@]}"
cp "$keys/kims.state" "$keys/kims.made"
plug kims
log_in the_last_one_blocks_it $UNAVAILABLE KEY_PIN_BLOCKED "${kim[@]}" "${wrong[@]}"
cp "$keys/kims.state" "$keys/kims.made"
plug kims
log_in a_blocked_key_is_told_apart $UNAVAILABLE KEY_PIN_BLOCKED "${with_pin[@]}"
told and_has_to_be_reset "reset it"
cp fresh.made "$keys/kims.made"

# --- Ctrl-C ------------------------------------------------------------------------------------------
# while the key waits for its touch. A job in the background would ignore SIGINT.
for signal in INT KILL; do
	plug kims
	does kims hang
	env --default-signal=INT "$VID_BUILD/tests/key/client" "${with_pin[@]}" "$work/pam.d" vid >client.out 2>&1 &
	client=$!
	for ((i = 0; i < 200; i++)); do
		! grep -q '^getAssertion up=1' "$keys/kims.log" || break
		sleep 0.02
	done
	kill "-$signal" $client
	wait $client 2>/dev/null
	[ $? = $((128 + $(kill -l $signal))) ] && ! grep -q ^code= client.out &&
		pass "a_client_ends_by_${signal}_at_once" || fail "a_client_ends_by_${signal}_at_once" "$(cat client.out)"
	for ((i = 0; i < 100; i++)); do
		! grep -q '^cancelled$' "$keys/kims.log" || break
		sleep 0.02
	done
	key_said "and_the_key_is_cancelled_$signal" '^cancelled$'
done

# --- the keyring --------------------------------------------------------------------------------------
plug kims
does kims touch after=0
(umask 077 && echo 'open sesame' >sesame)
says a_secret_is_sealed 0 "sealed for games" "$VID" key secret set --issuer example --pin-file pin \
	--secret-file sesame
service=keyring log_in without_the_policy_no_secret_is_handed_on $GRANTED OK "${with_pin[@]}"
nothing and_none_comes "$(cat opened 2>/dev/null)"
settings 'unlock-secret = yes'
service=keyring log_in with_it_the_secret_opens_the_keyring $GRANTED OK "${with_pin[@]}"
[ "$(tr -d '\0' <opened)" = 'open sesame' ] && pass and_is_the_one_that_was_kept ||
	fail and_is_the_one_that_was_kept "$(od -c opened)"
nothing and_is_in_no_log "$(grep -l 'open sesame' "$log" "$keys"/*.log client.err; grep -o 'open sesame' <<<"$said")"
rm -f opened
does kims deny
service=keyring log_in a_refusal_opens_nothing $UNAVAILABLE KEY_DECLINED "${with_pin[@]}"
nothing at_all "$(cat opened 2>/dev/null)"
sed 's/^# /#   /' figures
finish
