# SPDX-License-Identifier: BSD-2-Clause
# `vid model`: what a card pins is installed, tried and removed, whole or not at all; and a
# network that vid has never seen works by its card alone.
# shellcheck shell=bash

# Root gets mounts of its own: a disk that is full, cards that came with vid.
if [ "$(id -u)" = 0 ] && [ -z "${VID_MODELS_APART-}" ]; then
	for way in private unchanged; do
		unshare -m --propagation $way true 2>/dev/null || continue
		VID_MODELS_APART=yes exec unshare -m --propagation $way bash "$0"
	done
fi
. "$VID_SRC/tests/tools/common.sh"
VID=$VID_BUILD/tests/models/vid_here
MAKE=$VID_BUILD/tests/models/make_network
SERVER=$VID_BUILD/tests/tools/https_server
for program in "$VID" "$MAKE" "$SERVER"; do
	[ -x "$program" ] || skip_all "$program is not built"
done
grep -q '^#define HAVE_OPENCV 1' "$VID_BUILD/config.h" || skip_all "built without OpenCV"
chmod 755 "$work"

# card NAME FILE OUTPUT [LINE...]: a card for the network FILE
card()
{
	local name=$1 file=$2 output=$3
	shift 3
	{
		echo "[model]"
		echo "file = $(basename "$file")"
		echo "sha256 = $(sha256sum <"$file" | cut -d ' ' -f 1)"
		printf '%s\n' "kind = embedding" "licence = Words-1.0" "output = $output" \
			"input = 96x96 BGR scale=0.0039 mean=127.5" \
			"align = .32,.38 .68,.38 .5,.6 .36,.8 .64,.8" "$@"
	} >"$name.model"
}

# shows a change: nothing is left of what was tried
clean()
{
	[ ! -e "$1/.vid-install" ] && [ -z "$(find "$1" -name '.vid-*')" ] &&
		pass "$2" || fail "$2" "$(ls -lRa "$1")"
}

"$MAKE" 96 32 other.onnx
"$MAKE" 96 48 second.onnx
card other other.onnx 32 "source = made here" "[calibration]" "1e-4 = 0.99999" "1e-5 = 0.999999"
mkdir models
m=(--models "$work/models")

# --- a network that vid has never seen
says a_file_without_a_card_is_refused 2 "--card" "$VID" model install "${m[@]}" other.onnx
says a_model_is_installed_by_a_card_of_our_own 0 "installed: $work/models/other.onnx" \
	"$VID" model install "${m[@]}" other.onnx --card other.model
[ "$(stat -c '%a %u' models/other.onnx models/other.model | sort -u)" = "644 $(id -u)" ] &&
	pass everybody_may_read_it_and_we_alone_write ||
	fail everybody_may_read_it_and_we_alone_write "$(ls -la models)"
clean models nothing_else_is_left
[[ ${out%%installed:*} == *Words-1.0* ]] && pass the_licence_is_shown_before ||
	fail the_licence_is_shown_before "$out"
says check_tries_it 0 "good: embedding, $(stat -c %s other.onnx) bytes, 32 numbers" \
	"$VID" model check "${m[@]}" other
says list_shows_it 0 "licence: Words-1.0" "$VID" model list "${m[@]}"
for words in "other:" "embedding, installed" "source: made here" "levels: standard high" \
	"the administrator's"; do
	[[ $out == *"$words"* ]] && pass "list_says_${words// /_}" || fail "list_says_$words" "$out"
done
says list_prints_JSON 0 '"state": "installed"' "$VID" model list "${m[@]}" --json
says install_again_is_no_harm 0 "installed:" \
	"$VID" model install "${m[@]}" other.onnx --card other.model
says a_known_hash_finds_its_card 0 "model:   other:" "$VID" model install "${m[@]}" other.onnx

shared=$VID_SHARED/models
yunet=face_detection_yunet_2022mar
if [ -f "$shared/$yunet.onnx" ]; then
	says a_detector_is_tried_as_one 0 "installed:" "$VID" model install "${m[@]}" \
		"$shared/$yunet.onnx" --card "$VID_SRC/conf/models/$yunet.model"
	printf '[host]\nrealm = realm:example.org\n[face]\nmodels = %s\nembedding = other\n' \
		"$work/models" >vid.conf
	p=$VID_SRC/tests/faces/person-0
	says faces_are_compared_with_it 0 "model other:" "$VID" face compare \
		--settings vid.conf "${p}1-1.jpg" "${p}1-1.jpg"
	says and_it_does_tell_pictures_apart 1 "model other:" "$VID" face compare \
		--settings vid.conf "${p}1-1.jpg" "${p}2-1.jpg"
	says check_looks_at_all 0 "$yunet" "$VID" model check --settings vid.conf
	says what_vid_conf_uses_is_not_removed 1 "vid.conf uses other" \
		"$VID" model remove --settings vid.conf other
	says unless_it_is_forced 0 "removed:" "$VID" model remove --settings vid.conf --force other
	says then_what_vid_conf_uses_is_missing 1 "no model card 'other.model'" \
		"$VID" model check --settings vid.conf other
	"$VID" model install "${m[@]}" other.onnx --card other.model >/dev/null
	for net in frr0095 minifasnet_v2_2.7 minifasnet_v1se_4.0; do
		file=$(sed -n 's/^file = //p' "$VID_SRC/conf/models/$net.model")
		says "the_card_of_${net}_is_true" 0 "installed:" "$VID" model install "${m[@]}" \
			"$shared/$file" --card "$VID_SRC/conf/models/$net.model"
	done
	says check_looks_at_them_all 0 "minifasnet_v1se_4.0:" "$VID" model check "${m[@]}"
	rm models/*.onnx models/f*.model models/m*.model
	"$VID" model install "${m[@]}" other.onnx --card other.model >/dev/null
else
	skip "a detector beside the network" "no models in $shared"
fi

# --- what is not the card's
before=$(sha256sum models/*)
# refuses NAME CODE TEXT ARGUMENTS...: and nothing changes
refuses()
{
	says "$1" "$2" "$3" "$VID" model install "${m[@]}" "${@:4}"
	[ "$before" = "$(sha256sum models/*)" ] && [ ! -e models/.vid-install ] &&
		pass "${1}_changes_nothing" || fail "${1}_changes_nothing" "$(ls -la models)"
}
mkdir changed
sed 's/Relu/Relv/' other.onnx >changed/other.onnx
refuses a_changed_byte_is_refused_S57 1 "SHA-256 differs" changed/other.onnx --card other.model
refuses and_so_by_its_name_alone_S57 1 "SHA-256 differs" changed/other.onnx
head -c 5000 other.onnx >cut.onnx
card cut cut.onnx 32
refuses a_network_that_is_cut_off_is_refused 1 "cannot read this network" cut.onnx --card cut.model
card wrong second.onnx 32
refuses a_card_with_a_wrong_output_is_refused 1 "does not give 32 numbers" \
	second.onnx --card wrong.model
card size second.onnx 48 "size = 77"
refuses a_file_above_the_cards_size_is_not_read 2 "larger than 77 bytes" \
	second.onnx --card size.model
card size second.onnx 48 "size = 7777777"
sed -i 's/^sha256 = ..../sha256 = 0000/' size.model
refuses a_file_below_it_is_cut_off 1 "cut off" second.onnx --card size.model
card clash second.onnx 48
sed -i 's/^file = .*/file = other.onnx/' clash.model
refuses another_cards_file_is_not_replaced 2 "installed model of the card other" \
	second.onnx --card clash.model
card other second.onnx 48
refuses another_card_of_that_name_is_not_replaced 2 "--force" second.onnx --card other.model
cp models/other.model .
printf '[model]\nkind = embedding\nversion = 1\noutput = 32\n' >built.model
refuses the_basic_engine_has_no_file 2 "built in" second.onnx --card built.model
refuses a_card_has_a_name 2 "NAME.model" second.onnx --card second.onnx
refuses an_unknown_name_has_no_card 2 "no model card" unheard_of
refuses a_card_without_an_address_says_so 2 "names no address" other
refuses http_is_not_fetched 2 "only https://" http://127.0.0.1/other.onnx

# --- links, and folders that others write in
ln -s "$work/other.onnx" link.onnx
refuses a_link_is_not_read_S33 2 "" link.onnx --card other.model
ln -s other.model linked.model
refuses a_card_behind_a_link_is_not_read_S33 2 "" other.onnx --card linked.model
ln -s models way
says a_folder_behind_a_link_is_refused_S33 2 "not safe to trust" \
	"$VID" model install --models "$work/way" other.onnx --card other.model
mkdir -m 1777 shared
says a_folder_for_everybody_is_refused_S33 2 "others may write" \
	"$VID" model install --models "$work/shared" other.onnx --card other.model
mkdir victim && echo keep >victim/other.onnx
ln -s ../victim models/.vid-install
says a_link_in_the_place_of_our_own_folder_is_refused 2 "" "$VID" model install "${m[@]}" other.onnx
rm models/.vid-install models/other.onnx
ln -s ../victim/other.onnx models/other.onnx
says a_link_in_the_models_place_is_replaced_not_followed 0 "installed:" \
	"$VID" model install "${m[@]}" other.onnx
[ "$(cat victim/other.onnx)" = keep ] && [ ! -L models/other.onnx ] &&
	pass what_a_link_led_to_is_untouched || fail what_a_link_led_to_is_untouched "$(ls -lR)"

# --- what changes later
cp changed/other.onnx models/other.onnx
says check_sees_a_changed_byte_S57 1 "WRONG" "$VID" model check "${m[@]}" other
says list_sees_it_too 0 "WRONG" "$VID" model list "${m[@]}"
rm models/other.onnx
says check_sees_a_missing_file 1 "vid model install" "$VID" model check "${m[@]}" other
says list_says_not_installed 0 "not installed" "$VID" model list "${m[@]}"
"$VID" model install "${m[@]}" other.onnx >/dev/null

# --- interrupted: the sensor hangs over the network
printf '#!/bin/sh\nexec sleep 100\n' >hang && chmod 755 hang
card hung second.onnx 48
# interrupted SIGNAL: while it is tried
interrupted()
{
	VID_TEST_CAMERA=$work/hang "$VID" model install "${m[@]}" second.onnx \
		--card hung.model >/dev/null 2>&1 &
	local job=$!
	until [ -e models/.vid-install/hung.model ] || ! kill -0 $job; do sleep 0.02; done
	kill "-$1" $job
	wait $job
	code=$?
}
for signal in TERM HUP; do
	interrupted $signal
	[ "$before" = "$(sha256sum models/*)" ] && [ $code -gt 128 ] &&
		pass "${signal}_leaves_what_was_there" ||
		fail "${signal}_leaves_what_was_there" "$code" "$(ls -la models)"
	clean models "${signal}_leaves_nothing_of_ours"
done
interrupted KILL
[ "$before" = "$(sha256sum models/*)" ] && pass even_a_power_cut_changes_no_model ||
	fail even_a_power_cut_changes_no_model "$(ls -la models)"
says the_next_install_goes_on 0 "installed:" "$VID" model install "${m[@]}" other.onnx
clean models and_clears_up
says one_at_a_time 2 "another" flock models "$VID" model install "${m[@]}" other.onnx
printf '#!/bin/sh\nexit 1\n' >dies && chmod 755 dies
says a_network_that_kills_the_sensor_is_refused 1 "Nothing was installed" \
	env VID_TEST_CAMERA="$work/dies" "$VID" model install "${m[@]}" second.onnx --card hung.model
says where_no_sensor_starts_that_is_said 0 "was not tried" env VID_TEST_CAMERA="$work/none" \
	"$VID" model install "${m[@]}" other.onnx
says and_check_judges_nothing 2 "could not be tried" env VID_TEST_CAMERA="$work/none" \
	"$VID" model check "${m[@]}" other

# --- fetched
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
	-keyout ca.key -out ca.pem -subj "/CN=test authority" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key \
	-out server.csr -subj "/CN=127.0.0.1" 2>/dev/null
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
	-out server.pem -extfile <(echo subjectAltName=IP:127.0.0.1) 2>/dev/null
mkdir www
exec {port_fd}< <(exec "$SERVER" server.pem server.key www asked.log)
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
if read -r -t 10 port <&"$port_fd"; then
	url=https://127.0.0.1:$port
	ca=(--ca-file ca.pem --timeout 5)
	cp second.onnx www/
	card second second.onnx 48 "url = $url/second.onnx" "size = $(stat -c %s second.onnx)"
	refuses a_server_of_nobody_is_refused 2 "" "$url/second.onnx" --card second.model
	refuses what_is_not_there_is_not_installed 2 "404" "${ca[@]}" "$url/gone" --card second.model
	refuses a_redirect_to_http_is_not_followed 2 "rotocol" "${ca[@]}" "$url/http" --card second.model
	refuses a_gigabyte_is_not_fetched_S25 2 "more than" "${ca[@]}" "$url/huge" --card second.model
	refuses a_server_that_stalls_ends 2 "127.0.0.1" --ca-file ca.pem --timeout 1 \
		"$url/stall/second.onnx" --card second.model
	sed 's/Relu/Relv/' second.onnx >www/second.onnx
	refuses another_file_from_the_web_is_refused_S57 1 "SHA-256 differs" "${ca[@]}" \
		"$url/second.onnx" --card second.model
	head -c 3000 second.onnx >www/second.onnx
	refuses half_a_file_from_the_web_is_refused 1 "cut off" "${ca[@]}" \
		"$url/second.onnx" --card second.model
	cp second.onnx www/
	says an_address_is_fetched 0 "installed:" "$VID" model install "${m[@]}" "${ca[@]}" \
		"$url/second.onnx" --card second.model
	rm models/second.onnx
	says a_name_is_fetched_from_its_cards_address 0 "from:    $url/second.onnx" \
		"$VID" model install "${m[@]}" "${ca[@]}" second
	says an_address_finds_its_card 0 "model:   second:" \
		"$VID" model install "${m[@]}" "${ca[@]}" "$url/second.onnx"
	nothing a_pipe_sees_no_bar "$(grep '%' err.txt)"
	command -v script >/dev/null && run script -qec \
		"$VID model install ${m[*]} ${ca[*]} second" /dev/null
	[[ $out == *"[######"*"] 100 %"* ]] && pass a_terminal_sees_a_bar ||
		fail a_terminal_sees_a_bar "$out"
	says remove_takes_file_and_card 0 "removed: $work/models/second.model" \
		"$VID" model remove "${m[@]}" second
	[ "$before" = "$(sha256sum models/*)" ] && pass and_nothing_else ||
		fail and_nothing_else "$(ls -la models)"
else
	fail "the web server starts"
fi
says what_is_not_there_cannot_be_removed 2 "no model card" "$VID" model remove "${m[@]}" second

# --- a file that two cards name
cp models/other.model models/twin.model
says a_file_that_another_card_names_stays 0 "kept:" "$VID" model remove "${m[@]}" twin
[ -e models/other.onnx ] && [ ! -e models/twin.model ] && pass only_the_card_went ||
	fail only_the_card_went "$(ls -la models)"

# --- the disk is full; and cards that came with vid
if [ -n "${VID_MODELS_APART-}" ] && mkdir small && mount -t tmpfs -o size=64k,mode=755 tmpfs small; then
	says a_small_disk_takes_one 0 "installed:" "$VID" model install --models "$work/small" \
		other.onnx --card other.model
	small=$(sha256sum small/*)
	"$MAKE" 96 512 large.onnx
	card other large.onnx 512
	sed -i 's/^file = .*/file = other.onnx/' other.model
	says a_full_disk_is_said 2 "No space left" "$VID" model install --models "$work/small" \
		--force large.onnx --card other.model
	[ "$small" = "$(sha256sum small/*)" ] && pass a_full_disk_leaves_what_was_there ||
		fail a_full_disk_leaves_what_was_there "$(ls -la small)"
	clean small a_full_disk_leaves_nothing_of_ours
	umount small
	# where cards are that came with vid: the complaint about an unknown one says it
	run "$VID" model check "${m[@]}" unheard_of
	cards=$(sed -n "s/.* or \(\/.*\)$/\1/p" <<<"$out")
	above=$cards
	until [ -d "$above" ]; do above=$(dirname "$above"); done
	case $above in
	/ | /usr | /usr/share) skip "the package's cards stay" "nothing of $cards is here" ;;
	*)
		mount -t tmpfs -o mode=755 tmpfs "$above" && mkdir -p "$cards"
		cp models/other.model "$cards/" && rm models/other.model
		says the_packages_card_is_listed 0 '"card": "package"' \
			"$VID" model list "${m[@]}" --json
		says its_model_is_removed 0 "removed: $work/models/other.onnx" \
			"$VID" model remove "${m[@]}" other
		[ -e "$cards/other.model" ] && pass the_packages_card_stays ||
			fail the_packages_card_stays "$(ls -la "$cards")"
		says and_can_be_removed_once 1 "is not installed" "$VID" model remove "${m[@]}" other
		umount "$above"
		;;
	esac
else
	skip "a full disk and the package's cards" "no mount namespace"
fi
finish
