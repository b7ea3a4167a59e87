# SPDX-License-Identifier: BSD-2-Clause
# `vid face enroll`, list and remove with the engine of models and vid-camera itself: a
# rendered person before the camera who does what they are told, pictures, and a film.
# In a mount namespace of its own, where vid-camera stands in its place.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
models=${VID_SHARED:-$VID_SRC/../shared}/models
[ "$(id -u)" = 0 ] || skip_all "only root starts vid-camera as another user"
[ -e "$models/frr0095.onnx" ] || skip_all "no models here"
[ -x "$VID_BUILD/vid-camera" ] || skip_all "vid-camera is not built"
grep -q "^#define VID_TEST_SOURCES 1" "$VID_BUILD/config.h" || skip_all "this build has no test camera"
if [ -z "${VID_ENROL_INSIDE-}" ]; then
	unshare -m --propagation private true 2>/dev/null ||
		skip_all "no mount namespace can be made here"
	cd / && rm -rf "$work"
	VID_ENROL_INSIDE=yes exec unshare -m --propagation private \
		bash "$VID_SRC/tests/face/enrol.sh"
fi

# --- the place -----------------------------------------------------------------------
camera=$(grep -ao '/[[:graph:]]*/vid-camera' "$VID" | head -n 1)
top=/${camera#/}
top=/$(cut -d/ -f2,3 <<<"$top")
mkdir layer
trap 'cd / && umount -l "$top" "$work/layer"; rm -rf "$work"' EXIT
mount -t tmpfs tmpfs "$work/layer" && mkdir "$work/layer/upper" "$work/layer/work" &&
	mount -t overlay -o "lowerdir=$top,upperdir=$work/layer/upper,workdir=$work/layer/work" \
		overlay "$top" || skip_all "no overlay can be mounted here"
mkdir -p "${camera%/*}" && cp "$VID_BUILD/vid-camera" "$camera" || exit 99
if ! getent passwd vid-camera >/dev/null; then
	{ cat /etc/passwd && echo 'vid-camera:x:64998:65534::/:/usr/sbin/nologin'; } >passwd
	mount --bind passwd /etc/passwd || exit 99
fi
chmod 755 "$work"
mkdir models pictures camera
cp "$models"/*.onnx "$VID_SRC"/conf/models/*.model models/
chmod -R a+rX models
cp "$VID_SRC"/tests/faces/person-03-[12].jpg pictures/
cat >vid.conf <<CONF
[host]
realm = realm:test
[camera]
device = test:$work/camera
virtual = yes
[face]
models = $work/models
CONF
"$VID" host init --file key >/dev/null
places=(--map map --issuers issuers --faces faces --key key)
enroll=("$VID" face enroll "${places[@]}" --settings vid.conf --agree)
list=("$VID" face list "${places[@]}")

# before_camera NUMBER: the drawn person, rendered, who does what the cue says
before_camera()
{
	rm -f camera/*
	cp "$VID_SRC/tests/faces/person-$1-1.jpg" camera/portrait.jpg
	printf 'ahead\n' >camera/cue
	chmod -R a+rX camera
}

# follow: reads what vid says, and does it
follow()
{
	local line
	while read -r line; do
		echo "$line"
		case $line in
		*"to your left"*) printf 'left\n' 1<>camera/cue ;;
		*"to your right"*) printf 'right\n' 1<>camera/cue ;;
		*"Raise your chin"*) printf 'up\n' 1<>camera/cue ;;
		*"Lower your chin"*) printf 'down\n' 1<>camera/cue ;;
		*"turn back"* | *straight*) printf 'ahead\n' 1<>camera/cue ;;
		esac
	done
}

# --- before the camera ----------------------------------------------------------------
before_camera 03
"${enroll[@]}" --camera --reference cam.ref alice 2>err.txt | follow >out.txt
code=${PIPESTATUS[0]} out=$(cat out.txt) err=$(cat err.txt)
if [ "$code" = 0 ] && grep -q '^digest = ' cam.ref; then
	pass who_does_what_is_asked_is_enrolled
else
	fail who_does_what_is_asked_is_enrolled "exit $code" "$out" "$err"
fi
# hears NAME TEXT: TEXT was among what the person was told
hears()
{
	if [[ $out == *"$2"* ]]; then
		pass "$1"
	else
		fail "$1" "$out" "$err"
	fi
}
hears the_person_is_led_through_poses "Turn your head a little to your left."
hears progress_is_shown "[#####] 5 of 5"
hears the_result_has_a_quality "quality: "
says the_record_says_that_it_was_the_camera 0 "camera" "${list[@]}" alice
consent=$(cat faces/alice.consent)
holds and_so_does_the_consent grep -qx 'source = camera' <<<"$consent"

# stands: what is stored, as one word
stands()
{
	cat faces/* | sha256sum
}
before=$(stands)
# unchanged NAME
unchanged()
{
	if [ "$(stands)" = "$before" ]; then
		pass "$1"
	else
		fail "$1" "the folder of templates is another"
	fi
}

"${enroll[@]}" --camera --reference stop.ref --replace alice >out.txt 2>err.txt &
child=$!
for ((i = 0; i < 200; i++)); do
	grep -q '1 of 5' out.txt && break
	sleep 0.1
done
kill -INT $child
wait $child
code=$? err=$(cat err.txt)
if [ "$code" = 2 ] && [[ $err == *"stopped: nothing was written"* ]] && [ ! -e stop.ref ]; then
	pass an_interrupted_enrolment_leaves_nothing
else
	fail an_interrupted_enrolment_leaves_nothing "exit $code" "$err"
fi
unchanged an_interrupted_enrolment_changes_nothing

before_camera 03
says a_preview_is_for_a_terminal 2 "at a terminal" \
	"${enroll[@]}" --camera --preview --reference stop.ref --replace alice
script -qec "timeout -s INT 4 ${enroll[*]} --camera --preview --reference stop.ref \
	--replace alice" /dev/null >out.txt 2>err.txt </dev/null
out=$(cat out.txt)
hears the_person_sees_themselves_at_the_terminal "▀"
unchanged and_that_leaves_nothing_either

before_camera 03
touch camera/print
"${enroll[@]}" --camera --reference print.ref --replace alice 2>err.txt | follow >out.txt
code=${PIPESTATUS[0]} out=$(cat out.txt) err=$(cat err.txt)
if [ "$code" = 1 ] && [[ $err == *"taken for a picture"* ]] && [ ! -e print.ref ]; then
	pass a_print_that_is_turned_is_not_enrolled_S55
else
	fail a_print_that_is_turned_is_not_enrolled_S55 "exit $code" "$out" "$err"
fi
unchanged a_print_changes_nothing

# --- adding and replacing ---------------------------------------------------------------
says an_enrolled_face_is_not_replaced_in_silence 1 "--replace takes its place" \
	"${enroll[@]}" --from pictures --reference two.ref alice
says add_and_replace_exclude_each_other 2 "not both" \
	"${enroll[@]}" --from pictures --reference two.ref --add --replace alice
says nothing_can_be_added_to_nothing 2 "leave out --add" \
	"${enroll[@]}" --from pictures --reference two.ref --add bob
mkdir others && cp "$VID_SRC"/tests/faces/person-07-[12].jpg others/
says another_persons_face_is_not_added 1 "not the face that is enrolled" \
	"${enroll[@]}" --from others --reference two.ref --add alice
unchanged refusals_change_nothing
[ ! -e two.ref ] && pass and_write_no_reference || fail and_write_no_reference
says pictures_are_added_under_a_label 0 "enrolled alice" \
	"${enroll[@]}" --from pictures --reference two.ref --add --label glasses alice
says the_label_is_listed 0 "glasses (2)" "${list[@]}" alice
says the_list_names_both_sources 0 "camera pictures" "${list[@]}"
says json_has_it_too 0 '"source": "camera pictures"' "${list[@]}" --json
if cmp -s cam.ref two.ref; then
	fail an_addition_has_a_new_reference
else
	pass an_addition_has_a_new_reference
fi
says a_label_that_is_not_there_cannot_be_removed 1 "no pictures labelled beard" \
	"$VID" face remove "${places[@]}" --label beard --reference r alice
says removing_a_label_asks_for_a_reference 2 "go together" \
	"$VID" face remove "${places[@]}" --label glasses alice
says a_label_is_removed 0 "removed 2, 3 are left" \
	"$VID" face remove "${places[@]}" --label glasses --reference three.ref alice
says a_face_is_replaced_in_words 0 "enrolled alice: 2 of 2" \
	"${enroll[@]}" --from pictures --reference four.ref --replace alice
run "${list[@]}" alice
if [[ $out == *" pictures "* && $out != *camera* ]]; then
	pass the_source_of_what_was_replaced_is_forgotten
else
	fail the_source_of_what_was_replaced_is_forgotten "$out"
fi
says a_face_is_forgotten 0 "is forgotten" "$VID" face remove "${places[@]}" alice
says what_is_forgotten_cannot_be_removed 1 "no face is enrolled" \
	"$VID" face remove "${places[@]}" alice
nothing nothing_of_a_forgotten_face_stays "$(ls faces | grep -E 'alice.*(face|consent|mark)$')"

# --- files -----------------------------------------------------------------------------
cp "$VID_SRC/tests/faces/person-03-3.jpg" secret.jpg
ln -s "$work/secret.jpg" pictures/planted.jpg
mkfifo pictures/wait.png
run "${enroll[@]}" --from pictures --reference five.ref bob
if [ "$code" = 0 ] && [[ $out == *"2 of 2"* && $err == *"planted.jpg: a link"* &&
	$err == *"wait.png: not a file"* ]]; then
	pass links_and_fifos_in_a_persons_folder_are_not_opened
else
	fail links_and_fifos_in_a_persons_folder_are_not_opened "exit $code" "$out" "$err"
fi
ln -s pictures linked
says a_link_is_no_folder 2 "not followed" \
	"${enroll[@]}" --from linked --reference six.ref --replace bob
says one_picture_is_warned_about 0 "only 1" \
	"${enroll[@]}" --from secret.jpg --reference six.ref --replace bob
says only_the_administrator_takes_files 2 "only the administrator" \
	setpriv --reuid=65534 --clear-groups \
	"$VID" face enroll --from pictures --reference /tmp/x --agree bob
says only_the_administrator_takes_films 2 "only the administrator" \
	setpriv --reuid=65534 --clear-groups \
	"$VID" face enroll --video turn.y4m --reference /tmp/x --agree bob

# --- films -------------------------------------------------------------------------------
"$VID_BUILD/tests/face/film" secret.jpg turn.y4m turn
"$VID_BUILD/tests/face/film" secret.jpg still.y4m still
says who_turns_in_a_film_is_enrolled 0 "enrolled carol" \
	"${enroll[@]}" --video turn.y4m --reference film.ref carol
says the_record_says_that_it_was_a_film 0 "video" "${list[@]}" carol
says frames_that_are_alike_are_dropped 1 "are needed" \
	"${enroll[@]}" --video still.y4m --reference no.ref dave
head -c 25000000 turn.y4m >cut.y4m
says a_film_that_is_cut_is_told 0 "ends within a frame" \
	"${enroll[@]}" --video cut.y4m --reference cut.ref erin
says a_picture_is_no_film 2 "not a film" \
	"${enroll[@]}" --video secret.jpg --reference no.ref dave
[ ! -e no.ref ] && pass a_film_that_is_refused_leaves_nothing ||
	fail a_film_that_is_refused_leaves_nothing

# --- the preview -------------------------------------------------------------------------
preview=("$VID" face preview --settings vid.conf)
before_camera 03
says the_preview_is_a_picture 0 "Good." "${preview[@]}" --png seen.png
if [ "$(head -c 8 seen.png | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] &&
	[ "$(stat -c %a seen.png)" = 600 ]; then
	pass the_picture_is_for_who_asked_alone
else
	fail the_picture_is_for_who_asked_alone "$(ls -l seen.png)"
fi
says a_picture_that_is_there_is_kept 2 "is there already" "${preview[@]}" --png seen.png
says the_preview_is_a_line_a_frame 0 "eyes " "${preview[@]}" --seconds 2
says the_preview_looks_at_a_picture 0 "Good." "${preview[@]}" --from secret.jpg --png from.png
says what_is_no_picture_is_not_shown 2 "not a picture" "${preview[@]}" --from vid.conf --png no.png
says nobody_else_looks_through_the_camera 2 "only the administrator" \
	setpriv --reuid=65534 --clear-groups "${preview[@]}"
finish
