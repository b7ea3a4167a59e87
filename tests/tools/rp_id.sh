# SPDX-License-Identifier: BSD-2-Clause
# Security keys and their issuer: the RP ID of a realm, and tokens that are bound to a key.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
p=(--passphrase-file word)
init=("$VID" issuer init --iss https://id.example.org)
"${init[@]}" --realm realm:example.org "${p[@]}" is >/dev/null
"$VID" wallet init "${p[@]}" w >/dev/null

# the issuer's own
says a_realms_name_is_its_RP_ID 0 '"rp_id": "example.org"' "$VID" issuer export --json is
nothing and_its_file_does_not_repeat_it "$(grep rp-id is/issuer.conf)"
says another_name_can_be_given 0 '"rp_id": "login.example.org"' "${init[@]}" --json \
	--realm realm:example.org --rp-id login.example.org "${p[@]}" other
holds and_stands_in_the_file grep -qx 'rp-id = login.example.org' other/issuer.conf
says what_is_no_name_is_refused 2 "--rp-id takes a DNS name" "${init[@]}" \
	--realm realm:example.org --rp-id https://example.org "${p[@]}" third
says a_name_that_no_line_holds_is_refused 2 "--rp-id takes a DNS name" "${init[@]}" \
	--realm realm:example.org --rp-id "$(printf 'a.%.0s' {1..95})a" "${p[@]}" third
holds and_makes_no_issuer test ! -e third
"${init[@]}" --realm realm:example.org --rp-id "$(printf 'a.%.0s' {1..94})ab" "${p[@]}" third \
	>/dev/null
says the_longest_that_a_line_holds_is_read_again 0 '"rp_id": "a.a.' "$VID" issuer export --json third
"${init[@]}" --realm https://example.org "${p[@]}" none >/dev/null

# trust
"$VID" issuer export -o other.conf other
"$VID" issuer trust --dir host other.conf --as a --status none >/dev/null
holds trust_keeps_it grep -qx 'rp-id = login.example.org' host/a.conf
says list_shows_it 0 "security keys: RP ID login.example.org" "$VID" issuer list --dir host
says list_shows_it_as_JSON 0 '"rp_id": "login.example.org"' "$VID" issuer list --dir host --json
says trust_list_shows_it 0 "security keys: RP ID login.example.org" "$VID" trust list --dir host
says trust_list_shows_it_as_JSON 0 '"rp_id": "login.example.org"' \
	"$VID" trust list --dir host --json
sed 's/^rp-id = .*/rp-id = evil.example/; s/^serial = .*/serial = 9/' other.conf >moved.conf
says an_update_says_that_another_name_stays_out 0 "'login.example.org' stays" \
	"$VID" issuer trust --dir host --update moved.conf --fingerprint \
	"$("$VID" issuer export --json other | sed -n 's/.*"sha256": "\(.*\)".*/\1/p')"
holds and_keeps_the_one_that_is_trusted grep -qx 'rp-id = login.example.org' host/a.conf
key=$(sed -n 's/^public = //p' is/issuer.conf)
says trust_by_options_takes_a_name 0 '"rp_id": "b.example"' "$VID" issuer trust --dir host2 \
	--iss https://b.example --realm r:b --rp-id b.example --key "$key" --as b --json
says trust_by_options_takes_the_realms 0 '"rp_id": "c.example"' "$VID" issuer trust --dir host2 \
	--iss https://c.example --realm realm:c.example --key "$key" --as c --json
says a_file_and_a_name_are_too_much 2 "either FILE or" \
	"$VID" issuer trust --dir host2 other.conf --rp-id a.example --as a

# tokens
bound()
{
	cat w.pub
	printf 'rp-id = %s\ncredential = 00112233445566778899aabbccddeeff\n' "$1"
}
bound example.org >key.pub
bound example.net >stranger.pub
issue=("$VID" issuer issue --dir is "${p[@]}")
says a_token_names_the_keys_RP_ID 0 '"rp_id": "example.org"' "${issue[@]}" --to key.pub -o k.vid --json
says and_shows_it 0 "FIDO RP ID" "$VID" token show k.vid
says issue_says_so_in_words 0 "security key: of example.org" "${issue[@]}" --to key.pub -o k2.vid
says a_key_of_another_realm_gets_none 2 "security key of another realm" \
	"${issue[@]}" --to stranger.pub -o s.vid
holds and_nothing_is_written test ! -e s.vid
says an_issuer_without_an_RP_ID_binds_none 2 "this issuer has no RP ID" \
	"$VID" issuer issue --dir none "${p[@]}" --to key.pub -o s.vid
"${issue[@]}" --to w.pub -o w.vid >/dev/null 2>&1
nothing a_wallets_token_names_none "$("$VID" token show w.vid | grep 'RP ID')"

# verify
"$VID" issuer export -o is.conf is
"$VID" issuer trust --dir trust is.conf --as a --status none >/dev/null
verify=("$VID" token verify --trust trust)
says verify_tells_that_a_token_is_bound 0 \
	"It is bound to a security key of example.org: at a login only that key" "${verify[@]}" k.vid
says verify_tells_it_as_JSON 0 '"rp_id": "example.org"' "${verify[@]}" --json k.vid
run "${verify[@]}" w.vid
[ "$code" = 0 ] && [[ $out != *"security key"* ]] && pass verify_says_nothing_of_keys_otherwise ||
	fail verify_says_nothing_of_keys_otherwise "$out"
finish
