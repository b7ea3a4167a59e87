# SPDX-License-Identifier: BSD-2-Clause
# vid face pad-report with a real vid-camera: what it counts, writes and refuses. How well
# attacks are told is render/test_species's.
# shellcheck shell=bash
. "$VID_SRC/tests/face/inside.sh"
. "$VID_SRC/tests/tools/common.sh"
basic=(--engine basic)

command -v jq >/dev/null || skip_all "jq is not installed"

# frames FOLDER PICTURE...: as the frames of one sequence
frames()
{
	local to=$1 number=0
	mkdir -p "$to"
	for picture in "${@:2}"; do
		cp "$picture" "$(printf '%s/%04d.jpg' "$to" "$number")"
		number=$((number + 1))
	done
}

people=$VID_SRC/tests/faces
frames set/live/one "$people"/person-01-{1,2,3}.jpg
frames set/live/two "$people"/person-02-{1,2,3}.jpg
frames 'set/<b>paper/one' "$people"/person-0{1,2,3}-1.jpg
frames set/loop/one "$people"/person-01-1.jpg{,,,}
printf 'fps 30\n20 left\n' >set/loop/one/challenge

says a_set_is_judged 0 "guards nothing" \
	"$VID" face pad-report --dir set "${basic[@]}" --json --report page.html
cp out.txt set.json
is who_never_finishes_a_turn_is_not_accepted set.json \
	'.live.sequences == 2 and .live.rejected == 2 and .live.bpcer == 1'
is rates_have_exact_intervals set.json '.live.interval[0] < 0.159 and .live.interval[0] > 0.158 and .live.interval[1] == 1'
is species_are_counted_apart set.json '[.species[].name] == ["<b>paper", "loop"] and all(.species[]; .sequences == 1)'
is no_attack_is_accepted set.json 'all(.species[]; .accepted == 0 and .apcer == 0)'
is of_one_attempt_little_is_known set.json 'all(.species[]; .interval[1] > 0.97)'
is a_picture_that_comes_again_is_no_cameras set.json '.species[1].ended == {"FACE_FRAMES": 1}'
nothing the_report_needs_nothing_from_outside "$(grep -nE 'src=|href=|url\(|@import|://|<script' page.html)"
nothing a_name_from_outside_is_no_markup_in_the_report "$(grep -nE '<b>paper' page.html)"
grep -q '&lt;b&gt;paper' page.html && pass but_it_is_shown || fail but_it_is_shown "$(grep -n paper page.html)"
says a_report_that_is_there_is_kept 2 "--force" \
	"$VID" face pad-report --dir set "${basic[@]}" --report page.html
says without_json_it_is_said_in_words 0 "APCER" "$VID" face pad-report --dir set "${basic[@]}"

echo '1 upwards' >set/loop/one/challenge
says a_cue_that_is_none_is_named 2 "upwards" "$VID" face pad-report --dir set "${basic[@]}"
printf 'fps 0\n1 left\n' >set/loop/one/challenge
says a_rate_that_is_none_is_named 2 "fps 0" "$VID" face pad-report --dir set "${basic[@]}"
printf 'fps 30\n' >set/loop/one/challenge
says a_challenge_without_a_cue_is_none 2 "no cue" "$VID" face pad-report --dir set "${basic[@]}"
rm set/loop/one/challenge
echo 'no picture' >set/loop/one/0001.jpg
says a_frame_that_cannot_be_read_ends_it 2 "0001.jpg" "$VID" face pad-report --dir set "${basic[@]}"
rm set/loop/one/*
says a_sequence_without_frames_ends_it 2 "no frames" "$VID" face pad-report --dir set "${basic[@]}"
rm -r set/loop/one
says a_species_without_presentations_is_none 2 "set/loop: no folders" \
	"$VID" face pad-report --dir set "${basic[@]}"
rmdir set/loop
mkdir "set/$(printf %064d 1)"
says a_species_is_not_left_out_for_its_name 2 "at most 63 bytes" \
	"$VID" face pad-report --dir set "${basic[@]}"
mkdir many
for number in {1..65}; do mkdir "many/$number"; done
says nor_for_being_one_too_many 2 "more than 64 species" \
	"$VID" face pad-report --dir many "${basic[@]}"
mkdir empty
says a_folder_without_species_is_none 2 "no folders of presentations" \
	"$VID" face pad-report --dir empty "${basic[@]}"
says a_folder_that_is_not_there_is_named 2 "nowhere" "$VID" face pad-report --dir nowhere "${basic[@]}"
finish
