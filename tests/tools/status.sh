# SPDX-License-Identifier: BSD-2-Clause
# The whole circle of a status list: an issuer gives places, publishes; a web server on
# this machine serves, and lies; a host fetches, judges, keeps; a token is revoked.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
SERVER=$VID_BUILD/tests/tools/https_server
[ -x "$SERVER" ] || skip_all "the web server is not built"
command -v openssl >/dev/null || skip_all "openssl is missing"
p=(--passphrase-file word)

# what the host reads must stand in folders that root alone may write to
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$work"
fi

# --- an issuer, its authority, a web server
"$VID" issuer init --iss https://id.example.org --realm realm:example.org "${p[@]}" is >/dev/null
"$VID" wallet init "${p[@]}" w >/dev/null
"$VID" host init --file host.key >/dev/null
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
read -r -t 10 port <&"$port_fd" || { fail "the web server starts"; finish; exit; }
url=https://127.0.0.1:$port
uri=$url/list

# --- places
issue=("$VID" issuer issue --dir is --to w.pub "${p[@]}" --status-uri "$uri")
says issue_gives_a_place 0 "status: place" "${issue[@]}" -o a.vid
says issue_prints_place_and_id_as_JSON 0 '"cti": "' "${issue[@]}" --json -o b.vid
cti=$(sed -n 's/.*"cti": "\([0-9a-f]*\)".*/\1/p' out.txt)
idx=$(sed -n 's/.*"idx": \([0-9]*\).*/\1/p' out.txt)
says issue_takes_a_place_that_is_named 0 "place 4711" "${issue[@]}" --status-idx 4711 -o c.vid
says issue_warns_of_a_place_given_twice 0 "was given before" \
	"${issue[@]}" --status-idx 4711 -o d.vid
nothing the_register_holds_no_pseudonym "$(grep -rlF "$("$VID" token show --json a.vid |
	sed -n 's/.*"sub[a-z]*": "\([^"]*\)".*/\1/p' | head -n 1)" is/status)"

# --- publishing
publish=("$VID" issuer publish --dir is "${p[@]}")
says publish_needs_a_good_number_of_bits 2 "1, 2, 4 or 8" "${publish[@]}" --bits 3 -o www/list
says publish_writes_a_list 0 "1048576 entries" "${publish[@]}" -o www/list
[ "$(stat -c %a www/list)" = 644 ] && pass the_list_is_for_everybody ||
	fail the_list_is_for_everybody
[ "$(stat -c %s www/list)" -lt 2000 ] && pass a_list_of_a_million_is_small ||
	fail a_list_of_a_million_is_small "$(stat -c %s www/list)"
for bits in 2 4 8; do
	says "publish_writes_${bits}_bits" 0 "\"bits\": $bits" \
		"${publish[@]}" --bits $bits --ttl 60 --expires 3600 --json -o list$bits
done

# --- lookup
"$VID" issuer trust --dir trust is/issuer.conf --as example --status-uri "$uri" >/dev/null
lookup=("$VID" status lookup --trust trust --uri "$uri")
says lookup_prints_a_line_each 0 "$idx 0" "${lookup[@]}" www/list --idx "$idx,4711,0"
[ "$out" = "$idx 0"$'\n'"4711 0"$'\n'"0 0" ] && pass lookup_keeps_the_order ||
	fail lookup_keeps_the_order "$out"
says lookup_past_the_end_says_no 1 "past the end" "${lookup[@]}" www/list --idx 3,1048576
[ "$out" = "3 0" ] && pass what_is_known_is_printed || fail what_is_known_is_printed "$out"
says lookup_of_another_address 1 "refused: step 18: " \
	"$VID" status lookup --trust trust --uri https://other www/list --idx 1
says lookup_of_an_expired_list 1 "refused: step 18: " \
	"${lookup[@]}" www/list --idx 1 --at $(($(date +%s) + 9 * 86400))
says lookup_before_the_list_was_made 1 "refused: step 18: " \
	"${lookup[@]}" www/list --idx 1 --at $(($(date +%s) - 90000))
head -c 100 www/list >half
says lookup_of_half_a_list 1 "refused: step 3: " "${lookup[@]}" half --idx 1
says lookup_needs_a_number 2 "--idx" "${lookup[@]}" www/list --idx 1,,2
says lookup_needs_an_address 2 "--uri" "$VID" status lookup --trust trust www/list --idx 1
says lookup_limits_the_token 1 "larger than the limits" \
	"${lookup[@]}" www/list --idx 1 --max-token 100
says lookup_limits_the_list 1 "larger than the limits" \
	"${lookup[@]}" www/list --idx 1000000 --max-inflated 1000
# the draft's first example, and the same with a byte behind it
printf '\xa2\x64bits\x01\x63lst\x4a\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d' >bare
says lookup_of_a_bare_list 0 "0 1" "$VID" status lookup --bare bare --idx 0,1,3,15
[ "$out" = "0 1"$'\n'"1 0"$'\n'"3 1"$'\n'"15 1" ] && pass a_bare_list_is_read ||
	fail a_bare_list_is_read "$out"
says a_bare_list_ends 1 "past the end" "$VID" status lookup --bare bare --idx 16
{ cat bare; printf x; } >longer
says trailing_bytes_are_refused 1 "refused: step 3: " "$VID" status lookup --bare longer --idx 0
says a_bare_list_has_no_issuer 2 "leave out" "$VID" status lookup --bare bare --idx 0 --uri x

# --- fetching
update=("$VID" status update --dir store --trust trust --hostkey host.key
	--settings vid.conf --timeout 4)
good=("${update[@]}" --ca-file ca.pem)
name=$(printf %s "$uri" | sha256sum | cut -d ' ' -f 1)
says an_unknown_authority_is_refused 1 "127.0.0.1" "${update[@]}"
[ ! -e "store/$name.cwt" ] && pass nothing_is_kept_then || fail nothing_is_kept_then
says update_fetches 0 "fetched: $uri: 1048576 entries" "${good[@]}"
holds what_is_kept_is_what_was_published cmp www/list "store/$name.cwt"
says update_asks_with_conditions 0 "unchanged: $uri" "${good[@]}"
nothing no_cookie_and_no_name_is_sent "$(grep -iE '^(cookie|authorization|user-agent)' asked.log)"
show=("$VID" status show --dir store --trust trust --hostkey host.key --settings vid.conf)
says show_says_that_it_counts 0 "counts: yes" "${show[@]}"
says show_prints_JSON 0 '"entries": 1048576' "${show[@]}" --json

# --- the verdict
verify=("$VID" token verify --trust trust --status store)
says a_token_of_the_list_is_valid 0 "valid" "${verify[@]}" a.vid
mkdir nolists
says without_a_list_it_is_not 1 "refused: step 18: no status list" \
	"$VID" token verify --trust trust --status nolists a.vid
says revoke_by_id 0 "revoked: place $idx " "$VID" issuer revoke --dir is --cti "$cti"
says suspend_by_token 0 "suspended: place" "$VID" issuer suspend --dir is --token a.vid
says revoke_needs_one_token 2 "say which token" "$VID" issuer revoke --dir is
says revoke_of_a_place_nobody_has 2 "never given" "$VID" issuer revoke --dir is --idx 12
cp www/list older
says a_published_list_replaces_the_older 0 "published" "${publish[@]}" --bits 2 -o www/list
says the_older_list_still_counts 0 "valid" "${verify[@]}" b.vid
says update_fetches_the_newer 0 "fetched:" "${good[@]}"
says lookup_tells_revoked_from_suspended 0 "$idx 1" "${lookup[@]}" www/list --idx "$idx"
says the_revoked_token_is_refused 1 "refused: step 18: the issuer has revoked" "${verify[@]}" b.vid
says the_suspended_token_is_refused 1 "refused: step 18: the issuer has revoked" "${verify[@]}" a.vid
says another_token_is_not_touched 0 "valid" "${verify[@]}" c.vid
says a_list_of_yesterday_is_too_old 1 "refused: step 18: the status list at hand is too old" \
	"${verify[@]}" --at $(($(date +%s) + 90000)) c.vid
says max_age_can_be_raised 0 "valid" \
	"${verify[@]}" --at $(($(date +%s) + 90000)) --max-age 100000 c.vid

# --- lies: whatever is served, what is at hand stays
before=$(cksum <"store/$name.cwt")
# lies NAME TEXT [URI]: an update fails, says TEXT, in time, and changes nothing
lies()
{
	local start=$SECONDS
	says "$1" 1 "$2" "${good[@]}"
	[ $((SECONDS - start)) -le 8 ] && [ "$before" = "$(cksum <"store/$name.cwt")" ] &&
		[ "$(find store -name '*.cwt' | wc -l)" = 1 ] &&
		pass "${1}_changes_nothing" || fail "${1}_changes_nothing" "$(ls -l store)"
}
cp www/list newest
cp older www/list && lies an_older_list_is_refused_S48 "too old"
"$VID" issuer init --iss https://evil.example --realm realm:e "${p[@]}" evil >/dev/null
"$VID" issuer publish --dir evil "${p[@]}" --uri "$uri" -o www/list >/dev/null
lies a_forged_list_is_refused_S14 "step 10"
head -c 200 newest >www/list && lies half_a_list_is_refused "step 3"
{ cat newest; printf x; } >www/list && lies a_longer_list_is_refused "step 3"
: >www/list && lies an_empty_answer_is_refused "step 3"
rm www/list && lies a_missing_list_is_no_list "404"
cp newest www/list
# away PATH: the issuer's list is said to be there
away()
{
	rm -rf trust
	"$VID" issuer trust --dir trust is/issuer.conf --as example --status-uri "$url$1" >/dev/null
}
away /stall/list && lies a_server_that_stalls "127.0.0.1"
away /drip/list && lies a_server_that_drips "127.0.0.1"
away /silent && lies a_server_that_says_nothing "127.0.0.1"
away /short/list && lies a_length_that_is_too_long ""
away /long/list && lies a_length_that_is_too_short "step"
away /huge && lies a_gigabyte_S25 "more than 4194304 bytes"
away /hugelength && lies a_gigabyte_that_is_announced "more than 4194304 bytes"
away /headers && lies headers_without_end ""
away /loop && lies a_loop_of_redirects "redirects"
away /to/4/list && lies four_redirects "redirects"
away /http && lies a_redirect_to_http "rotocol"
away /never && lies an_answer_to_another_question "304"
away /error && lies a_server_with_a_fault "500"
# three redirects are followed; the list behind them is still another one than its address
away /to/3/list && lies a_list_of_another_address "another address"
nothing no_cookie_is_ever_sent "$(grep -i '^cookie' asked.log)"
rm -rf trust
says http_is_no_address_of_a_list 2 "--status-uri takes https://" "$VID" issuer trust --dir trust \
	is/issuer.conf --as example --status-uri "http://127.0.0.1:$port/list"
"$VID" issuer trust --dir trust is/issuer.conf --as example --status-uri "$uri" >/dev/null

# --- an issuer whose servers say nothing holds up no other issuer's lists, nor the end
many=
for i in 1 2 3 4 5; do many+="$url/silent?$i "; done
"$VID" issuer init --iss https://slow.example --realm realm:slow "${p[@]}" slow >/dev/null
"$VID" issuer trust --dir trust slow/issuer.conf --as aslow --status-uri "${many% }" >/dev/null
start=$SECONDS
says silent_servers_of_one_issuer_hold_up_no_other 1 "ed: $uri" "${good[@]}" --total 6
took=$((SECONDS - start))
[ "$took" -le 12 ] && pass and_the_whole_takes_its_bound || fail and_the_whole_takes_its_bound "$took s"
[[ $err == *"no time was left for it"* ]] && pass what_was_not_fetched_is_named ||
	fail what_was_not_fetched_is_named "$err"
rm trust/aslow.conf

# --- a way back
says restore_warns_of_what_was_revoked 0 "for ever" "$VID" issuer restore --dir is --idx "$idx"
says restore_by_place 0 "valid: place $idx " "$VID" issuer restore --dir is --idx "$idx"
"${publish[@]}" -o www/list >/dev/null
says update_fetches_again 0 "fetched:" "${good[@]}"
says the_restored_token_is_valid 0 "valid" "${verify[@]}" b.vid
says without_marks_no_list_counts_S65 0 "counts: " \
	bash -c 'rm store.anchor/head; "$@"' - "${show[@]}"
cp older www/list
says nor_is_one_taken_then_S65 1 "lost; put the folder back" "${good[@]}"

# --- soft: goes on without a list, but what is revoked is refused
rm -rf trust empty && mkdir empty
"$VID" issuer trust --dir trust is/issuer.conf --as example --status soft >/dev/null
soft=("$VID" token verify --trust trust --status)
says soft_goes_on_without_a_list 0 "the status was not judged" "${soft[@]}" empty b.vid
says soft_refuses_what_is_revoked 1 "refused: step 18: " "${soft[@]}" store a.vid
if [ "$(id -u)" = 0 ]; then
	says the_hosts_key_is_needed_S54 2 "host.key" setpriv --reuid=65534 --regid=65534 \
		--clear-groups "$VID" status update --dir store --trust trust \
		--hostkey "$work/host.key" --settings vid.conf
fi
finish
