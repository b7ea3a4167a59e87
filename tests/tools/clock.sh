# SPDX-License-Identifier: BSD-2-Clause
# A clock that goes back a day and a year (S47), seen by the commands that explain it.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
"$VID" host init --file host.key >/dev/null
show=("$VID" clock show --file clock --key host.key --store lists)

says a_fresh_host_has_no_login_to_hold_it_against 0 "last good login: none" "${show[@]}"
says clock_show_prints_JSON 0 '"believed": true' "${show[@]}" --json
rm -r clock.anchor clock.anchored # as before the first login of this version
printf 'vid-clock 1 1800000000 %064d\n' 0 >clock
chmod 600 clock
says a_file_of_another_hand_is_not_believed_S51 2 "could not be read" "${show[@]}"
says reset_removes_it 0 "forgotten" "$VID" clock reset --file clock --key host.key
says and_may_be_done_twice 0 "forgotten" "$VID" clock reset --file clock --key host.key
says without_a_host_key_nothing_is_judged 2 "nokey" "$VID" clock show --file clock --key nokey

# Under libfaketime real time goes back, for this program alone.
if ! command -v faketime >/dev/null; then
	skip "faketime" "not installed"
elif ! faketime -f -1d "$VID" --version >/dev/null 2>&1 || nm "$VID" 2>/dev/null | grep -q __asan; then
	skip "faketime" "this build cannot be preloaded"
else
	says a_day_before_the_build_is_not_believed_S47 1 "vid was built at" faketime -f -1d "${show[@]}"
	says a_year_before_the_build_is_not_believed_S47 1 "set the clock" faketime -f -1y "${show[@]}"
	says JSON_says_so_too_S47 1 '"believed": false' faketime -f -1y "${show[@]}" --json
	says four_minutes_before_the_build_are_a_correction_S47 0 "the clock: " \
		faketime "@$(($("${show[@]}" --json | sed -n 's/.*"built": \([0-9]*\).*/\1/p') - 240))" "${show[@]}"
fi
finish
