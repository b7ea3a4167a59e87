# SPDX-License-Identifier: BSD-2-Clause
# vid anchor: marks that are whole, lost and given up (S65).
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"

"$VID" host init --file host.key >/dev/null
mkdir state
at=(--folder state/clock.anchor --key host.key)
"$VID" clock reset --file state/clock --key host.key >/dev/null || exit 99
says marks_are_whole 0 "whole; generation" "$VID" anchor show "${at[@]}"
run "$VID" anchor show "${at[@]}" --json
[ "$code" = 0 ] && [[ $out == *'"templates": 0'* ]] && pass and_are_counted_in_JSON ||
	fail and_are_counted_in_JSON "$out$err"
says nothing_is_forgotten_by_a_wrong_word 2 "'clock' is not template, counter or list" \
	"$VID" anchor forget "${at[@]}" clock x
says one_mark_is_forgotten 0 "no mark of kim.0123 any more" \
	"$VID" anchor forget "${at[@]}" template kim.0123
rm state/clock.anchor/head
says a_lost_head_is_no_first_one_S65 2 "vid anchor recover" "$VID" anchor show "${at[@]}"
says and_refuses_the_clock_S65 2 "vid anchor recover" \
	"$VID" clock show --file state/clock --store state/status --key host.key
says it_is_not_given_up_unasked_S65 2 "--yes" "$VID" anchor recover "${at[@]}"
says it_is_given_up_on_demand 0 "the marks count again" "$VID" anchor recover "${at[@]}" --yes
says and_is_whole_again 0 "whole; generation" "$VID" anchor show "${at[@]}"
"$VID" host init --file other.key >/dev/null
says marks_of_another_host_are_refused_S65 2 "another host's" \
	"$VID" anchor show --folder state/clock.anchor --key other.key
finish
