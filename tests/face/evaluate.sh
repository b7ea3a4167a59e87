# SPDX-License-Identifier: BSD-2-Clause
# vid face evaluate and calibrate with a real vid-camera: over drawn people with the basic
# engine, and over photographs with the models, where those are.
# shellcheck shell=bash
. "$VID_SRC/tests/face/inside.sh"
. "$VID_SRC/tests/tools/common.sh"
basic=(--engine basic)

command -v jq >/dev/null || skip_all "jq is not installed"

# copies FOLDER TIMES FILE...: a person of so many copies for each file
copies()
{
	local folder=$1 times=$2 file number person=0
	shift 2
	for file; do
		mkdir -p "$folder/$((++person))"
		for ((number = 0; number < times; number++)); do
			cp "$file" "$folder/$person/$number.${file##*.}"
		done
	done
}

# --- people who do not exist, the basic engine -----------------------------------------
for number in 01 02 03 04 05 06 07 08 09 10 11 12; do
	mkdir -p "ours/person-$number"
	cp "$VID_SRC/tests/faces/person-$number"-*.jpg "ours/person-$number/"
done
mkdir ours/_others
mv ours/person-12/person-12-1.jpg "ours/_others/<script>alert(1)<.jpg"
rm -r ours/person-12
{
	echo person,group
	printf 'person-0%d,<b>bold</b>\n' 1 2 3
	printf 'person-0%d,plain\n' 4 5
} >ours/groups.csv

says evaluation_says_that_the_basic_engine_guards_nothing 0 "guards nothing" \
	"$VID" face evaluate --dir ours "${basic[@]}" --json --report page.html
cp out.txt ours.json
is the_json_has_the_members_that_are_promised ours.json \
	'["model","detector","people","pictures","genuine","impostor","failure_to_acquire","eer","roc","per_stage_ms","per_group"] - keys == []'
is numbers_are_plain_numbers ours.json \
	'[.people, .pictures, .genuine, .impostor, .failure_to_acquire, .eer] | all(type == "number")'
is every_fmr_has_its_operating_point ours.json \
	'[.roc[].fmr] == [1e-2, 1e-3, 1e-4, 1e-5, 1e-6] and
		([.roc[] | .threshold, .fnmr, .fnmr_low, .fnmr_high] | all(type == "number"))'
is every_two_pictures_are_one_pair ours.json \
	'[.people, .pictures, .genuine, .impostor] == [12, 34, 33, 34*33/2 - 33]'
is every_drawn_face_is_acquired ours.json '.failure_to_acquire == 0'
is fnmr_lies_within_its_interval ours.json \
	'.roc | all(.fnmr_low <= .fnmr and .fnmr <= .fnmr_high)'
is a_rate_that_the_sample_cannot_show_is_marked ours.json \
	'[.roc[].shown] == [true, false, false, false, false]'
is groups_have_their_own_pairs ours.json \
	'[.per_group["<b>bold</b>"].people, .per_group.plain.roc[0].impostor] == [3, 9]'
is stages_are_timed ours.json '.per_stage_ms | .decode > 0 and .embed > 0'

grep -q '<svg' page.html && grep -q 'can and cannot show' page.html &&
	pass the_report_has_its_curve_and_its_limits || fail the_report_has_its_curve_and_its_limits
nothing the_report_needs_nothing_from_outside "$(grep -nE 'src=|href=|url\(|@import|://|<script' page.html)"
nothing a_name_from_outside_is_no_markup_in_the_report "$(grep -nE '<b>bold' page.html)"
grep -q '&lt;b&gt;bold' page.html && pass but_it_is_shown || fail but_it_is_shown "$(grep -n bold page.html)"
says a_report_that_is_there_is_kept 2 "--force replaces it" \
	"$VID" face evaluate --dir ours "${basic[@]}" --report page.html
if locale -a 2>/dev/null | grep -qi '^de_DE.utf-\?8'; then
	LC_ALL=de_DE.UTF-8 "$VID" face evaluate --dir ours "${basic[@]}" --report page.html --force >/dev/null 2>&1
	nothing drawings_have_points_in_their_numbers_in_every_locale \
		"$(grep -nE '(x|y|x1|cy|width)="[0-9]+,' page.html)"
else
	skip drawings_have_points_in_their_numbers_in_every_locale "no locale with a comma here"
fi

# What is no face to measure with is counted, and the rest is measured.
cp -r ours spoilt
echo 'no picture' >spoilt/person-01/person-01-1.jpg
ln -s /dev/zero spoilt/person-02/zero.jpg
mkfifo spoilt/person-03/fifo.png
says a_picture_that_cannot_be_read_is_a_failure_to_acquire 0 "not a file" \
	"$VID" face evaluate --dir spoilt "${basic[@]}" --json
cp out.txt spoilt.json
is and_the_others_are_measured spoilt.json \
	'[.failures, .pictures, .genuine] == [3, 36, 31] and (.failure_to_acquire * 12 - 1 | fabs) < 1e-6'
cp ours/person-01/person-01-2.jpg ours/person-02/copy.jpg
says one_picture_under_two_names_is_pointed_at 0 "under two names" \
	"$VID" face evaluate --dir ours "${basic[@]}"
rm ours/person-02/copy.jpg
cp ours/person-01/person-01-2.jpg ours/person-01/copy.jpg
says copies_of_one_s_picture_are_pointed_at 0 "1 pictures are as alike as copies" \
	"$VID" face evaluate --dir ours "${basic[@]}"
rm ours/person-01/copy.jpg
"$VID" face evaluate --dir ours "${basic[@]}" 2>err.txt >/dev/null
nothing without_copies_nothing_is_said_of_them "$(grep copies err.txt)"
says a_folder_without_people_is_no_sample 2 "no pictures" \
	"$VID" face evaluate --dir ours/person-01 "${basic[@]}"

# --- calibration -----------------------------------------------------------------------
says a_sample_that_is_too_small_is_not_calibrated_with 1 "too small" \
	"$VID" face calibrate --dir ours "${basic[@]}" -o small.model
[ ! -e small.model ] && pass and_nothing_is_written || fail and_nothing_is_written "$(cat small.model)"
copies copied 23 "$VID_SRC"/tests/faces/person-*-1.jpg
says copies_are_no_sample 1 "264 pictures are as alike as copies" \
	"$VID" face calibrate --dir copied "${basic[@]}"
rm -r copied
"$VID_BUILD/tests/face/draw_people" drawn 12 7 236 || fail people_are_drawn
says a_large_sample_gives_a_section 0 "1e-4 5x3 = " "$VID" face calibrate --dir drawn "${basic[@]}"
[[ $out != *1e-5\ =* ]] && [[ $err == *"level high"* ]] && pass without_rates_that_it_does_not_show ||
	fail without_rates_that_it_does_not_show "$out" "$err"
says the_basic_engine_has_no_card_of_its_own_to_replace 2 "use --output" \
	"$VID" face calibrate --dir drawn "${basic[@]}" --force
says a_card_is_written_where_it_is_wanted 0 "" "$VID" face calibrate --dir drawn "${basic[@]}" -o new.model
says a_card_that_is_there_is_kept 2 "--force replaces it" \
	"$VID" face calibrate --dir drawn "${basic[@]}" -o new.model
nothing all_but_the_section_is_the_old_card "$(diff <(sed '/^# Not a calibration/,$d' \
	"$VID_SRC/conf/models/basic.model") <(sed '/^# FMR REF/,$d' new.model))"
# the new card counts as soon as it lies where cards do
cp new.model "$data/basic.model"
score=$(sed -n 's/^1e-4 = //p' new.model)
says a_written_card_is_the_one_that_counts 0 "score $score" "$VID" face evaluate --dir drawn "${basic[@]}"
cp "$VID_SRC/conf/models/basic.model" "$data/"

# --- photographs, the models -----------------------------------------------------------
lfw=$VID_SHARED/faces/lfw
if [ -z "$models" ] || [ ! -d "$lfw" ]; then
	skip the_models_keep_to_their_rates_on_photographs "no models or no photographs here"
	finish
	exit
fi
says photographs_are_measured 0 '"roc"' "$VID" face evaluate --dir "$lfw" --models "$models" --json
cp out.txt lfw.json
is no_photograph_fails_to_be_acquired lfw.json '.failure_to_acquire == 0'
is fnmr_is_at_most_2_percent_at_fmr_1e_3 lfw.json '.roc[1].fmr == 1e-3 and .roc[1].fnmr <= 0.02'
is the_card_s_score_keeps_its_fmr lfw.json '.standard.measured_fmr <= 1e-4'
is the_engine_and_detector_are_named lfw.json \
	'(.model | startswith("frr0095:")) and (.detector | startswith("face_detection_yunet"))'
cp "$models/frr0095.model" before.model
says photographs_of_228_people_are_too_few_for_level_standard 1 "25878 pairs of two people, 29956 are needed" \
	"$VID" face calibrate --dir "$lfw" --models "$models" --force
cmp -s before.model "$models/frr0095.model" && pass and_the_card_stays || fail and_the_card_stays
others=("$lfw"/_others/*)
copies copied 23 "${others[@]:0:12}"
says nor_do_copies_of_photographs_make_a_card 1 "left out" \
	"$VID" face calibrate --dir copied --models "$models" --force
finish
