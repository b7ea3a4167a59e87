# SPDX-License-Identifier: BSD-2-Clause
# A wallet that answers a nonce, and one that shows a fresh proof before the last is old.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
p=(--passphrase-file word)
"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" is >/dev/null
"$VID" wallet init "${p[@]}" w >/dev/null
"$VID" issuer issue --dir is --to w.pub "${p[@]}" -o t.vid >/dev/null 2>&1
"$VID" issuer trust --dir trust is/issuer.conf --as example --status none >/dev/null
show=("$VID" wallet show --wallet w --token t.vid "${p[@]}")
verify=("$VID" token verify --trust trust --host host:a)
hex=00112233445566778899aabbccddeeff

# Runs while the rest is tested: 20 s have to pass once.
timeout 120 "${show[@]}" --host host:a --follow --text >lines 2>lines.err &
follower=$!

# the nonce, in each form; the code is [ "host:a", h'001122...' ]
text="VIDN1:$("$VID_BUILD/tests/tools/nonce_code" host:a $hex)"
says a_nonce_in_groups_is_taken_S2 0 "" \
	"${show[@]}" --host host:a --nonce "0011 2233 4455 6677 8899 AABB CCDD EEFF" -o a.vid
says and_answers_it_S2 0 valid "${verify[@]}" --nonce $hex a.vid
says the_codes_text_names_the_host_S2 0 "" "${show[@]}" --nonce "$text" -o b.vid
says and_answers_both_S2 0 valid "${verify[@]}" --nonce $hex b.vid
says another_number_is_refused_S2 1 "step 17" "${verify[@]}" --nonce "${hex%f}e" b.vid
says a_code_of_another_host_is_refused_A15 2 "was shown by host:a, not by host:b" \
	"${show[@]}" --host host:b --nonce "$text" -o c.vid
says what_is_no_nonce_is_said_to_be_none 2 "32 hex digits" "${show[@]}" --host host:a --nonce 0011
says a_code_that_is_cut_is_none 2 "32 hex digits" "${show[@]}" --nonce "${text%??}"
says without_either_the_host_is_needed 2 "--host ID is needed" "${show[@]}" --nonce $hex
says follow_takes_no_time 2 "--follow takes the time as it goes" \
	"${show[@]}" --host host:a --follow --time 1
says a_full_disk_ends_following 2 "cannot write to standard output: No space left" bash -c \
	'timeout 10 "$@" >/dev/full' - "${show[@]}" --host host:a --follow --text
[ "$(grep -c . <<<"$err")" = 1 ] && pass and_is_said_once || fail and_is_said_once "$err"
[ ! -e c.vid ] && pass a_refusal_writes_nothing || fail a_refusal_writes_nothing

# a terminal
if command -v script >/dev/null; then
	script -qec "timeout --foreground -s INT 2 $VID wallet show --wallet w --token t.vid \
		--passphrase-file word --host host:a --follow" typescript </dev/null >/dev/null 2>&1
	seen=$(tr -d '\r' <typescript)
	[[ $seen == *$'\e[?25l\e[H\e[2J'*"▀"* ]] && pass the_screen_is_cleared_before_a_code_is_drawn ||
		fail the_screen_is_cleared_before_a_code_is_drawn "$(head -c 300 typescript | od -c | head)"
	tail=${seen##*▀}
	[[ $tail == *$'\e[2J'*$'\e[?25h'* && $tail != *$'\e[?25l'* ]] &&
		pass after_Ctrl_C_the_screen_is_clean_and_has_its_cursor_again ||
		fail after_Ctrl_C_the_screen_is_clean_and_has_its_cursor_again "$(printf %q "$tail")"
else
	skip "a terminal" "no script(1)"
fi

for _ in $(seq 300); do
	[ "$(wc -l <lines)" -ge 2 ] && break
	sleep 0.2
done
kill $follower # a background job does not hear Ctrl-C
wait $follower
[ "$(wc -l <lines)" = 2 ] && pass after_20_seconds_another_is_shown ||
	fail after_20_seconds_another_is_shown "$(cat lines lines.err)"
sed -n 1p lines >one.txt && sed -n 2p lines >two.txt
iat()
{
	"${verify[@]}" --json "$1" | sed -n 's/.*"shown_at": \([0-9]*\).*/\1/p'
}
first=$(iat one.txt) second=$(iat two.txt)
[ -n "$first" ] && [ -n "$second" ] && [ $((second - first)) -ge 19 ] && [ $((second - first)) -le 22 ] &&
	pass each_is_valid_and_20_seconds_younger || fail each_is_valid_and_20_seconds_younger "$first $second"
finish
