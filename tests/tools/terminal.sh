# SPDX-License-Identifier: BSD-2-Clause
# Nothing of a file from outside speaks to the terminal: issuer's file, model card, the
# claims of a card or token, the names of files. JSON stays JSON.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
p=(--passphrase-file word)
csi=$'\xc2\x9b2J' turn=$'\xe2\x80\xae' esc=$'\e[2J' del=$'\x7f'
hostile="x$csi$turn$esc$del"

# quiet NAME COMMAND...: neither stream holds a control character or an override
quiet()
{
	local name=$1 hidden

	shift
	"$@" >seen.out 2>seen.err </dev/null
	hidden=$(LC_ALL=C grep -naP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' \
		seen.out seen.err | cat -v)
	[ -s seen.out ] || [ -s seen.err ] || hidden="it printed nothing"
	nothing "$name" "$hidden"
}

# json NAME COMMAND...: the same, and its output is JSON
json()
{
	quiet "$@"
	if command -v python3 >/dev/null; then
		holds "$1_as_JSON" python3 -c 'import json, sys; json.load(open("seen.out"))'
	else
		skip "$1_as_JSON" "no python3"
	fi
}

"$VID" issuer init --iss https://a.example --realm realm:a.example "${p[@]}" is >/dev/null
"$VID" wallet init "${p[@]}" w >/dev/null
"$VID" issuer export -o public.conf is

# --- the name of a file
cp public.conf "$hostile.conf"
quiet a_file_name_reaches_no_terminal_S67 "$VID" issuer trust --dir trust --as a "$hostile.missing"
quiet an_output_name_reaches_no_terminal_S67 "$VID" issuer export -o "$hostile.conf" is
quiet a_wallet_name_reaches_no_terminal_S67 "$VID" wallet init "${p[@]}" "$hostile.w"
quiet a_line_end_in_a_name_is_no_line_S67 "$VID" token show $'x\nvid: all is well\n'
nothing and_it_stays_one_line_S67 "$(grep '^vid: all is well' seen.err)"

# --- an issuer's file
mkdir hostile
sed -e "s|^iss = .*|iss = https://a.example/$csi$turn|" -e "s|^realm = .*|realm = realm:$turn$csi$del|" \
	-e 's|^alias = .*|alias = a|' public.conf >hostile/a.conf
quiet an_issuers_file_reaches_no_terminal_S67 "$VID" trust list --dir hostile
quiet nor_does_it_by_issuer_list_S67 "$VID" issuer list --dir hostile
json an_issuers_file_stays_text_S67 "$VID" trust list --json --dir hostile
quiet nor_does_it_when_trusted_S67 "$VID" issuer trust --dir trust2 --as a --status none hostile/a.conf
printf '[issuer]\n%s = 1\n[%s]\n' "$csi$turn" "$turn" >hostile/b.conf
quiet nor_does_a_key_that_is_not_known_S67 "$VID" trust list --dir hostile

# --- a model card
mkdir models
{
	printf '[model]\nid = other\nkind = embedding\nfile = other.onnx\nsha256 = %064d\n' 0
	printf 'licence = free%s\nsource = %s\nurl = https://x/%s\n' "$csi" "$turn" "$turn$del"
} >models/other.model
printf '[face]\nmodels = %s\n' "$PWD/models" >vid.conf
quiet a_model_card_reaches_no_terminal_S67 "$VID" model list --settings vid.conf
json a_model_card_stays_text_S67 "$VID" model list --json --settings vid.conf

# --- claims: {1: "x" CSI RLO}, unsigned
printf '\xd2\x84\x43\xa1\x01\x27\xa0\x49\xa1\x01\x66x\xc2\x9b\xe2\x80\xae\x58\x40%064d' 0 >claims.vid
quiet a_claim_reaches_no_terminal_S67 "$VID" token show claims.vid
says the_claim_is_shown_all_the_same_S67 0 'u202e' "$VID" token show claims.vid
json a_claim_stays_text_S67 "$VID" token show --json claims.vid
finish
