# SPDX-License-Identifier: BSD-2-Clause
# What is stored of a face: forgetting all of it, damage that stops nothing else, changes
# while somebody sits before the camera, and the reference that was there. The basic engine
# over drawn people: neither models nor a camera are needed.
# shellcheck shell=bash
. "$VID_SRC/tests/face/inside.sh"
. "$VID_SRC/tests/tools/common.sh"
command -v jq >/dev/null || skip_all "jq is not installed"
command -v script >/dev/null || skip_all "script is not installed"

chmod 755 "$work"
mkdir pictures && cp "$VID_SRC"/tests/faces/person-03-[12].jpg pictures/
"$VID" host init --file key >/dev/null
places=(--map map --issuers issuers --faces faces --key key)
take=("$VID" face enroll "${places[@]}" --engine basic --from pictures)
enroll=("${take[@]}" --agree)
list=("$VID" face list "${places[@]}")
remove=("$VID" face remove "${places[@]}")

# of ACCOUNT: the files that hold something of its face
of()
{
	find faces -name "$1.*" 2>/dev/null | sort
}

# --- all of a face ----------------------------------------------------------------------
(umask 077 && echo 'correct horse battery' >pass)
"$VID" issuer init --passphrase-file pass --iss https://id.example.org --realm realm:test iss >/dev/null
"$VID" issuer export -o iss.conf iss >/dev/null
"$VID" issuer trust --as example --dir issuers iss.conf >/dev/null 2>&1
subject=$(head -c 16 /dev/zero | base64 | tr '+/' '-_' | tr -d =)
# mapped ACCOUNT: the line of the map that makes it the subject's
mapped()
{
	echo "$subject@example $1 uid=60001" >map
}
mapped vkim
says a_mapped_account_is_enrolled 0 "enrolled vkim" "${enroll[@]}" --reference r vkim
: >map
says a_face_of_a_former_identity_is_listed_as_unreadable 0 "cannot be read" "${list[@]}"
says and_the_account_without_it_is_enrolled 0 "enrolled vkim" \
	"${enroll[@]}" --reference r --force vkim
"${enroll[@]}" --reference r --force vkim2 >/dev/null
touch faces/vkim.two.unbound.face faces/vkim.face faces/vkim.unbound.face.old
others=$(find faces -name 'vkim2.*' -o -name 'vkim.two*' -o -name vkim.face -o -name '*.old' | sort)
if [ "$(find faces -name 'vkim.????*.face' ! -name '*.two.*' | wc -l)" = 2 ] &&
	[ "$(wc -w <<<"$others")" = 5 ]; then
	pass two_faces_of_one_account_are_there
else
	fail two_faces_of_one_account_are_there "$(ls faces)"
fi
says all_of_an_account_is_forgotten 0 "is forgotten" "${remove[@]}" vkim
if [ "$(find faces -type f ! -name .lock | sort)" = "$others" ]; then
	pass that_of_a_former_identity_too_and_nothing_of_others
else
	fail that_of_a_former_identity_too_and_nothing_of_others "$(ls faces)"
fi
rm faces/vkim.*
says what_is_forgotten_is_not_there 1 "no face is enrolled" "${remove[@]}" vkim
says where_there_is_no_folder_there_is_no_face 1 "no face is enrolled" \
	"$VID" face remove --faces nofaces vkim
says forgetting_needs_a_name_of_an_account 2 "is not an account's name" "${remove[@]}" ../vkim

# --- what is damaged ----------------------------------------------------------------------
for name in alice bob zoe; do
	"${enroll[@]}" --reference "$name.ref" $name >/dev/null
done
echo x >>faces/alice.consent
run "${list[@]}"
if [ "$code" = 0 ] && [[ $out == *"alice "*"cannot be read"*bob*zoe* ]]; then
	pass a_damaged_consent_hides_nobody
else
	fail a_damaged_consent_hides_nobody "exit $code" "$out" "$err"
fi
run "${list[@]}" --json
[ "$(jq -c '[.[] | select(.readable).account]' out.txt)" = '["bob","vkim2","zoe"]' ] &&
	pass json_tells_who_cannot_be_read || fail json_tells_who_cannot_be_read "$out" "$err"
says to_what_cannot_be_read_nothing_is_added 2 "cannot be read" \
	"${enroll[@]}" --add --reference n alice
says with_a_damaged_consent_no_label_is_removed 2 "leave out --label" \
	"${remove[@]}" --label a --reference n alice
says a_face_with_a_damaged_consent_is_replaced 0 "enrolled alice" \
	"${enroll[@]}" --replace --reference n alice
says and_can_be_read_then 0 " pictures " "${list[@]}" alice
chmod 666 faces/alice.unbound.face
run "${list[@]}" --json
if [ "$code" = 2 ] && [[ $err == *"not safe to trust"* ]] &&
	[ "$(jq -c '[.[].account]' out.txt)" = '["bob","vkim2","zoe"]' ]; then
	pass a_record_that_is_not_trusted_hides_none_of_the_others_but_is_told
else
	fail a_record_that_is_not_trusted_hides_none_of_the_others_but_is_told "exit $code" "$out" "$err"
fi
says and_is_forgotten 0 "is forgotten" "${remove[@]}" alice
mapped bob && mv issuers gone
says a_face_of_an_issuer_that_is_gone_is_forgotten 0 "is forgotten" "${remove[@]}" bob
mv gone issuers && : >map
mv key old && "$VID" host init --file key >/dev/null
says under_another_key_the_marks_are_not_believed_S65 2 "vid anchor recover" \
	"${enroll[@]}" --replace --reference n --force zoe
says and_are_made_anew_when_it_is_asked_for 0 "" \
	"$VID" anchor recover --yes --folder faces.anchor --key key
says under_another_key_a_face_is_replaced 0 "enrolled zoe" \
	"${enroll[@]}" --replace --reference n --force zoe
says and_can_be_read_under_that_key 0 " pictures " "${list[@]}" zoe
rm key
says without_the_key_a_face_is_forgotten 0 "is forgotten" "${remove[@]}" zoe
says and_so_is_another 0 "is forgotten" "${remove[@]}" vkim2
nothing nothing_of_anybody_stays "$(find faces -type f ! -name .lock)"
mv old key && "$VID" anchor recover --yes --folder faces.anchor --key key >/dev/null
rm -rf faces

# --- meanwhile ----------------------------------------------------------------------------
# while_asked OPTIONS -- COMMAND...: enrols at a terminal; what is stored has been read when
# the question stands there, and COMMAND runs before the answer. code, and out of the first
while_asked()
{
	local options=() asked
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	rm -f answer said && mkfifo answer && : >said
	script -qfec "${take[*]} ${options[*]}" /dev/null <answer >said 2>&1 &
	asked=$!
	exec 3>answer
	until grep -q 'Type yes' said || ! kill -0 $asked 2>/dev/null; do
		sleep 0.05
	done
	"$@" >/dev/null || echo "failed: $*" >>said
	# who was refused before the question does not hear the answer
	(trap '' PIPE && echo yes >&3) 2>/dev/null
	wait $asked
	code=$?
	exec 3>&-
	out=$(tr -d '\r' <said)
}
# refused NAME: for a change; and wrote no reference late.ref
refused()
{
	if [ "$code" = 2 ] && [[ $out == *"changed meanwhile: nothing was written"* ]] &&
		[ ! -e late.ref ]; then
		pass "$1"
	else
		fail "$1" "exit $code" "$out" "$(ls)"
	fi
}
"${enroll[@]}" --reference a.ref alice >/dev/null
while_asked --add --label late --reference late.ref alice -- "${remove[@]}" alice
refused a_face_that_was_forgotten_meanwhile_does_not_come_back
nothing and_nothing_of_it_stays "$(of alice)"
while_asked --reference late.ref alice -- "${enroll[@]}" --reference b.ref alice
refused a_face_that_was_enrolled_meanwhile_is_not_replaced_in_silence
while_asked --add --label late --reference late.ref alice -- \
	"${enroll[@]}" --add --label first --reference c.ref alice
refused of_two_additions_none_is_lost
says and_the_first_one_stays 0 "first (2)" "${list[@]}" alice
while_asked --replace --reference late.ref alice -- "${enroll[@]}" --replace --reference d.ref alice
refused of_two_replacements_the_second_is_told
while_asked --replace --reference late.ref alice -- true
if [ "$code" = 0 ] && grep -q '^digest = ' late.ref; then
	pass where_nothing_changed_the_face_is_written
else
	fail where_nothing_changed_the_face_is_written "exit $code" "$out"
fi

# --- the reference that was there ---------------------------------------------------------
cp late.ref before.ref
before=$(cat faces/*.face | sha256sum)
mount --bind faces faces && mount -o remount,bind,ro faces || exit 99
run "${enroll[@]}" --replace --force --reference late.ref alice
if [ "$code" = 2 ] && cmp -s late.ref before.ref && [ "$(cat faces/*.face | sha256sum)" = "$before" ]; then
	pass a_template_that_cannot_be_stored_leaves_the_reference_that_counts
else
	fail a_template_that_cannot_be_stored_leaves_the_reference_that_counts \
		"exit $code" "$out" "$err" "$(ls -l)"
fi
run "${enroll[@]}" --replace --reference fresh.ref alice
umount faces
[ "$code" = 2 ] && [ ! -e fresh.ref ] && pass and_no_reference_where_there_was_none ||
	fail and_no_reference_where_there_was_none "exit $code" "$err"
nothing nothing_lies_beside_it "$(find . -maxdepth 1 -name '.vid-*')"
says a_reference_is_replaced_with_force 0 "enrolled alice" \
	"${enroll[@]}" --replace --force --reference late.ref alice
cmp -s late.ref before.ref && fail and_is_another_then || pass and_is_another_then
says a_reference_goes_to_another_folder 0 "enrolled alice" \
	"${enroll[@]}" --replace --reference pictures/far.ref alice
[ "$(stat -c %a pictures/far.ref)" = 644 ] && pass and_is_for_everybody_to_read ||
	fail and_is_for_everybody_to_read "$(ls -l pictures)"
run "${enroll[@]}" --replace --force --reference >(cat >piped.txt) alice
[ "$code" = 0 ] && holds a_pipe_is_written_to_as_it_is timeout 20 \
	bash -c 'until grep -q "^count = " piped.txt; do sleep 0.05; done' ||
	fail a_pipe_is_written_to_as_it_is "$err"
nothing and_nothing_lies_beside_any "$(find . pictures -maxdepth 1 -name '.vid-*')"
finish
