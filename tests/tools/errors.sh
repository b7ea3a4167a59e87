# SPDX-License-Identifier: BSD-2-Clause
# What can go wrong at a keyboard: the exit code, a sentence that says what and where, and
# nothing half-written.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
p=(--passphrase-file word)
init=("$VID" issuer init --iss https://a.example --realm realm:a.example)
"${init[@]}" "${p[@]}" is >/dev/null
"$VID" wallet init "${p[@]}" w >/dev/null
"$VID" issuer export -o public.conf is
"$VID" issuer trust --dir trust public.conf --as a --status none >/dev/null
issue=("$VID" issuer issue --dir is --to w.pub "${p[@]}")
"${issue[@]}" -o t.vid >/dev/null 2>&1
mkdir folder

# words
says no_command 2 "no command given" "$VID"
says version_names_the_licence 0 "BSD-2-Clause" "$VID" --version
if grep -q '^#define VID_TEST_SOURCES' "$VID_BUILD/config.h"; then
	says version_tells_of_test_sources_S38 0 "test sources: yes" "$VID" --version
else
	run "$VID" --version
	[[ $out != *"test sources"* ]] && pass version_tells_of_no_test_sources_S38 ||
		fail version_tells_of_no_test_sources_S38 "$out"
fi
says unknown_group_gets_the_nearest 2 "did you mean 'issuer'" "$VID" isuer list
says unknown_group_far_from_all 2 "there is no group 'xyzzy'" "$VID" xyzzy
says unknown_command_gets_the_nearest 2 "did you mean 'verify'" "$VID" token verfy
says group_without_command 2 "which command" "$VID" token
says unknown_option_gets_the_nearest 2 "did you mean '--realm'" "$VID" issuer init --raelm x
says unknown_letter 2 "unknown option '-z'" "$VID" issuer list -z
says option_twice 2 "given twice" "$VID" issuer list --dir a --dir b
says option_without_argument 2 "needs an argument" "$VID" issuer list --dir
says required_option_missing 2 "--realm URI is needed" "$VID" issuer init --iss https://a x
says operand_missing 2 "operand is missing" "$VID" token show
says operand_too_many 2 "one operand too many" "$VID" token show a b
says switch_with_argument 2 "--json" "$VID" issuer list --json=yes

# values
verify=("$VID" token verify --trust trust)
says other_profiles_come_later 2 "not supported" "${verify[@]}" --profile mdoc t.vid
says time_that_is_none 2 "--at takes a whole number" "${verify[@]}" --at noon t.vid
says skew_past_its_bound 2 "--skew takes a whole number from 0 to 300" \
	"${verify[@]}" --skew 301 t.vid
says nonce_that_is_no_hex 2 "--nonce takes 16 bytes" "${verify[@]}" --nonce 12 t.vid
says subject_that_is_a_name 2 "--sub takes a pseudonym" "${issue[@]}" --sub alice -o x.vid
says lifetime_past_the_issuers_own 2 "max-lifetime" "${issue[@]}" --days 91 -o x.vid
says half_a_status 2 "belong together" "${issue[@]}" --status-idx 7 -o x.vid
says iss_that_is_no_URI 2 "--iss takes a URI" "$VID" issuer init --iss 'no uri' --realm r:x d
says alias_that_is_none 2 "--as takes a short name" \
	"$VID" issuer trust --dir trust2 public.conf --as 'A B'
says status_that_is_none 2 "--status takes required, soft or none" \
	"$VID" issuer trust --dir trust2 public.conf --as a --status maybe
says key_of_small_order_S27 2 "not a valid EdDSA public key" "$VID" issuer trust --dir trust2 \
	--iss https://b --realm r:b --as b --key "$(printf '%064d' 0)"
says algorithm_that_is_none 2 "--alg takes EdDSA or ES256" "$VID" issuer trust --dir trust2 \
	--iss https://b --realm r:b --as b --key 00 --alg HS256
says trust_without_anything 2 "give FILE" "$VID" issuer trust --dir trust2 --as b
says trust_of_both 2 "either FILE or" "$VID" issuer trust --dir trust2 public.conf --iss x --as b

# trust is not replaced by accident
says second_issuer_of_one_name 2 "is trusted already, as 'a'" \
	"$VID" issuer trust --dir trust public.conf --as b
sed 's#https://a.example#https://c.example#' public.conf >other.conf
says second_issuer_of_one_alias 2 "'a' names https://a.example already" \
	"$VID" issuer trust --dir trust other.conf --as a
says force_replaces_under_a_new_alias 0 "as 'b'" \
	"$VID" issuer trust --dir trust public.conf --as b --status none --force
[ "$(echo trust/*.conf)" = trust/b.conf ] && pass the_old_alias_is_gone || fail the_old_alias_is_gone "$(ls trust)"

# how strict to be is the host's choice, not the issuer's
sed 's/status = required/status = none/; s/^serial/max-lifetime = 31536000\n&/' public.conf >lax.conf
says an_issuers_own_laxness_is_not_taken_over 0 "status required" \
	"$VID" issuer trust --dir strict lax.conf --as lax
[[ $err == *"proposes status = none"*"proposes max-lifetime = 31536000"* ]] &&
	! grep -q max-lifetime strict/lax.conf && pass and_that_is_said ||
	fail and_that_is_said "$err"
says the_administrator_may_say_otherwise 0 "status soft" "$VID" issuer trust --dir strict lax.conf \
	--as lax --status soft --max-lifetime 31536000 --force
grep -q 'max-lifetime = 31536000' strict/lax.conf && pass and_it_is_written || fail and_it_is_written
says an_ES256_issuer_can_be_trusted 0 "ES256" "$VID" issuer trust --dir strict --as es --alg ES256 \
	--iss https://es.example --realm r:es --key 7c43edbcaabc1a763b1fcd5dfabe2e0ac005e72a1412a3cd7f2dd207dd98da6cf331865119671e8202321d6bb9b76ce7c85c0092a5fe08c002499d60af982ea4
says an_ES256_point_off_its_curve_is_refused 2 "not a valid ES256" "$VID" issuer trust --dir strict \
	--as off --alg ES256 --iss https://off --realm r:es --key "$(printf '%0128d' 7)"

# files to read
says token_missing 2 "No such file" "${verify[@]}" nothere
says token_is_a_folder 2 "is a directory" "${verify[@]}" folder
mkfifo fifo
says token_is_a_fifo_and_does_not_hang 2 "not a regular file" timeout 5 "${verify[@]}" fifo
says show_of_a_missing_file 2 "No such file" "$VID" token show nothere
says show_of_garbage 1 "not readable as a token (step" "$VID" token show w.pub
: >empty
says empty_token 1 "refused: step 1: " "${verify[@]}" empty
head -c 100000 /dev/zero >huge
says huge_token 1 "refused: step 1: " "${verify[@]}" huge
printf 'VID1:abc\n' >lower
says text_that_is_no_base45 1 "refused: step 2: " "${verify[@]}" lower
says trust_folder_missing 2 "nofolder" "$VID" token verify --trust nofolder t.vid
echo nonsense >trust/z.conf
says broken_issuer_file_is_named_with_its_line 0 "trust/z.conf:1" "${verify[@]}" t.vid
rm trust/z.conf
says holder_key_missing 2 "nothere" "$VID" issuer issue --dir is --to nothere -o x.vid
says holder_key_of_another_kind 2 "public.conf:" "$VID" issuer issue --dir is --to public.conf -o x.vid
printf '[holder]\nalg = EdDSA\npublic = %064d\n' 0 >bad.pub
says holder_key_of_small_order_S27 2 "not a valid EdDSA key" \
	"$VID" issuer issue --dir is --to bad.pub "${p[@]}" -o x.vid
printf '[face]\ndigest = 12\nmodel = m\ncount = 1\n' >bad.ref
says face_reference_broken 2 "bad.ref:2" "${issue[@]}" --face bad.ref -o x.vid
says issuer_folder_missing 2 "nothere" "$VID" issuer issue --dir nothere --to w.pub -o x.vid
says wallet_is_no_key_file 2 "not a key file" "$VID" wallet show --wallet w.pub --token t.vid \
	--host h "${p[@]}" --text
says wallet_is_an_issuers_key 2 "for 'issuer'" "$VID" wallet show --wallet is/issuer.key \
	--token t.vid --host h "${p[@]}" --text
says host_key_missing 2 "vid host init" "$VID" host show --file nothere
echo short >short.key && chmod 400 short.key
says host_key_damaged 2 "not a host key" "$VID" host init --file short.key
"$VID" host init --file open.key >/dev/null && chmod 644 open.key
says a_host_key_that_others_read_is_refused_S21 2 "run chmod 600 open.key" \
	"$VID" host show --file open.key
chmod 600 open.key
there=$(find /etc/pam.d /usr/lib/pam.d -type f -printf '%f\n' 2>/dev/null | head -n 1)
if [ -n "$there" ]; then
	printf '[policy %s]\nface = no\n[policy no-such-service]\nface = no\n' "$there" >services.conf
	says a_policy_without_a_PAM_file_is_warned_of 0 \
		"[policy no-such-service] never applies: no file of that name is in /etc/pam.d" \
		"$VID" host show --file open.key --settings services.conf
	[[ $err != *"[policy $there]"* ]] && pass a_policy_with_one_is_not ||
		fail a_policy_with_one_is_not "$err"
else
	skip a_policy_without_a_PAM_file_is_warned_of "no PAM service here"
fi
chmod 644 w is/issuer.key
says a_wallet_that_others_read_is_refused_S21 2 "run chmod 600 w" \
	"$VID" wallet show --wallet w --token t.vid --host h "${p[@]}" --text
says an_issuer_key_that_others_read_is_refused_S21 2 "run chmod 600 is/issuer.key" \
	"${issue[@]}" -o x.vid
chmod 600 w is/issuer.key

# passphrases
says wrong_passphrase 2 "wrong passphrase" "$VID" wallet show --wallet w --token t.vid --host h \
	--passphrase-file wrong --text
cp word open && chmod 644 open
says passphrase_file_that_others_read 2 "can be read by others" \
	"$VID" wallet init --passphrase-file open w2
(umask 077 && : >nothing && echo short >short)
says passphrase_empty 2 "is empty" "$VID" wallet init --passphrase-file nothing w2
says passphrase_short 2 "too short" "$VID" wallet init --passphrase-file short w2
says passphrase_file_missing 2 "No such file" "$VID" wallet init --passphrase-file nothere w2
says no_terminal_and_no_file 2 "--passphrase-file" setsid -w "$VID" wallet init w2
VID_PASSPHRASE='correct horse battery' PASSPHRASE='correct horse battery' \
	says environment_holds_no_passphrase 2 "--passphrase-file" setsid -w "$VID" wallet init w2
[ ! -e w2 ] && [ ! -e w2.pub ] && pass nothing_is_half_written || fail nothing_is_half_written

# names that are no UTF-8 still make JSON
says a_file_name_in_another_encoding 0 '"file": "hex:' "${issue[@]}" --json -o $'caf\xe9.vid'

# files to write
says existing_token_is_kept 2 "t.vid exists" "${issue[@]}" -o t.vid
says force_replaces_it 0 "identity" "${issue[@]}" --force -o t.vid
says existing_wallet_is_kept 2 "w.pub exists" "$VID" wallet init "${p[@]}" w
mv w.pub w.pub.kept
says existing_wallet_key_is_never_replaced 2 "never replaced" "$VID" wallet init "${p[@]}" w
mv w.pub.kept w.pub
says existing_issuer_is_kept 2 "there is an issuer" "${init[@]}" "${p[@]}" is
says output_is_a_folder 2 "is a directory" "${issue[@]}" -o folder
says output_in_a_missing_folder 2 "nofolder" "${issue[@]}" -o nofolder/t.vid
says full_disk_for_a_result 2 "No space left" "${issue[@]}" -o /dev/full
says full_disk_for_standard_output 2 "cannot write to standard output: No space left" \
	bash -c '"$@" >/dev/full' - "$VID" issuer export is
says full_disk_for_JSON 2 "cannot write" bash -c '"$@" >/dev/full' - "$VID" issuer list --dir trust --json
says full_disk_for_a_verdict 2 "cannot write" bash -c '"$@" >/dev/full' - "${verify[@]}" t.vid
[ -c /dev/full ] && pass the_device_is_still_a_device || fail the_device_is_still_a_device
[ ! -e x.vid ] && pass no_refused_token_was_written || fail no_refused_token_was_written

# what a hostile token says cannot reach the terminal's controls
{
	printf '\xd2\x84\x43\xa1\x01\x32\xa0\x48\xa1\x01\x65\x1b\x5b\x33\x31\x6d\x58\x40'
	head -c 64 /dev/zero
} >red
says show_escapes_what_a_token_says 0 '\u001b[31m' "$VID" token show red
[[ $out$err != *$'\033'* ]] && pass show_lets_no_escape_through || fail show_lets_no_escape_through
# {2: "a", "sub": "b"}
{
	printf '\xd2\x84\x43\xa1\x01\x32\xa0\x4a\xa2\x02\x61a\x63sub\x61b\x58\x40'
	head -c 64 /dev/zero
} >twice
says a_text_key_cannot_pass_for_a_claim 0 '"sub": "a"' "$VID" token show --json twice
finish
