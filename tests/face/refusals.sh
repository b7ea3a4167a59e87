# SPDX-License-Identifier: BSD-2-Clause
# What `vid face` refuses before a face is looked at: nothing is taken, nothing written.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
"$VID" host init --file key >/dev/null
mkdir pictures
enroll=("$VID" face enroll --map map --issuers issuers --faces faces --key key --engine basic)

says enrolment_needs_a_source 2 "say where the face comes from" \
	"${enroll[@]}" --reference ref alice
says enrolment_takes_one_source 2 "say where the face comes from" \
	"${enroll[@]}" --from pictures --camera --reference ref alice
says enrolment_needs_a_place_for_the_reference 2 "--reference FILE is needed" \
	"${enroll[@]}" --from pictures alice
says enrolment_needs_a_name_of_an_account 2 "is not an account's name" \
	"${enroll[@]}" --from pictures --reference ref --agree ../alice
mv key aside
says enrolment_needs_the_host_key 2 "vid host init" \
	"${enroll[@]}" --from pictures --reference ref --agree alice
mv aside key
says enrolment_without_consent_takes_nothing_P1 2 "has to agree" \
	"${enroll[@]}" --from pictures --reference ref alice
says the_consent_names_purpose_data_retention_alternative_P1 2 "Alternative:" \
	"${enroll[@]}" --from pictures --reference ref alice
echo keep >there
says a_reference_that_exists_is_kept 2 "is there already" \
	"${enroll[@]}" --from pictures --reference there --agree alice
for place in pictures nofolder/ref there/ref; do
	says "a_reference_cannot_be_${place//\//_in_}" 2 "$place" \
		"${enroll[@]}" --from pictures --reference "$place" --force --agree alice
	[[ $out != *Purpose* ]] && pass and_that_is_said_before_anything_is_asked ||
		fail and_that_is_said_before_anything_is_asked "$out"
done
echo 'AAECAwQFBgcICQoLDA0ODw@nobody alice' >map
says an_identity_of_an_unknown_issuer_is_no_owner 2 "no issuer is trusted" \
	"${enroll[@]}" --from pictures --reference ref --agree alice
says a_label_is_short 2 "at most 32 bytes" \
	"${enroll[@]}" --from pictures --reference ref --agree --label "$(printf %040d 1)" bob
: >empty.conf
says comparing_needs_an_engine 2 "no face engine" \
	"$VID" face compare --settings empty.conf a.jpg b.jpg
says an_engine_has_a_name 2 "models or basic" \
	"$VID" face compare --engine best a.jpg b.jpg
says the_basic_engine_has_no_models 2 "leave out --models" \
	"$VID" face compare --engine basic --models . a.jpg b.jpg
says the_basic_engine_says_what_it_is 2 "guards nothing" \
	"$VID" face compare --engine basic a.jpg b.jpg
if [ ! -e ref ] && [ ! -e faces ] && [ "$(cat there)" = keep ]; then
	pass nothing_was_written
else
	fail nothing_was_written "$(ls -R)"
fi
finish
