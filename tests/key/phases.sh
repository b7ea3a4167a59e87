# SPDX-License-Identifier: BSD-2-Clause
# PAM's phases behind a login through the real module and vidd: what happens between the two
# is heeded (S40), and a session is told of its login.
# shellcheck shell=bash
. "$VID_SRC/tests/key/stage.sh"
keep_marks=yes # a status list without its mark is none
[ -x "$VID_BUILD/tests/tools/https_server" ] || skip_all "the web server of the tests is not built"
command -v openssl >/dev/null || skip_all "openssl is not installed"

# --- status lists, fetched as a host fetches them
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-keyout ca.key -out ca.pem -subj "/CN=test authority"
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key \
		-out server.csr -subj "/CN=127.0.0.1"
	openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
		-out server.pem -extfile <(echo subjectAltName=IP:127.0.0.1)
} 2>/dev/null
mkdir www
exec {port_fd}< <(exec "$VID_BUILD/tests/tools/https_server" server.pem server.key www asked.log)
server=$!
trap 'kill "$server" 2>/dev/null; everything_ends' EXIT
read -r -t 10 port <&"$port_fd" || { fail "the web server starts"; finish; exit; }
uri=https://127.0.0.1:$port/list

issue_options=(--status-uri "$uri" --status-idx 4711)
enrol kims --pin "$PIN"
trusted()
{
	"$VID" issuer trust --force iss.conf --as example --status-uri "$uri" --status "$1" >>told 2>&1
}
mapped() # IDENTITY ACCOUNT...
{
	: >"$conf/accounts"
	while [ $# -gt 0 ]; do
		echo "$1@example $2"
		shift 2
	done >"$conf/accounts"
	"$VID" account compile >>told 2>&1
}
cat >between <<END
#!/bin/bash
# what an issuer and an administrator do while somebody logs in
publish() {
	sleep 1 # a list of the same second is not newer
	"$VID" issuer publish --dir iss --passphrase-file word -o www/list >>"$work/told" 2>&1
	"$VID" status update --ca-file ca.pem >>"$work/told" 2>&1
}
cd "$work" || exit 1
case \$1 in
revoke|restore) "$VID" issuer \$1 --dir iss --idx 4711 >/dev/null 2>&1 || exit 1; publish ;;
publish) publish ;;
drop) rm "$conf"/issuers.d/example.conf ;;
map) echo "$subject@example \$2" >"$conf/accounts"; "$VID" account compile >/dev/null 2>&1 ;;
newer) echo "AAAAAAAAAAAAAAAAAAAAAA@example man" >>"$conf/accounts"; "$VID" account compile >/dev/null 2>&1 ;;
nolist) rm "$state"/status/*.cwt ;;
off) printf '[policy]\nenabled = no\n' >"$conf/vid.conf" ;;
esac
END
chmod 755 between
trusted required && mapped "$subject" games && ./between publish || { echo "# no list: $(cat told)"; exit 99; }
plug kims
does kims touch

# after NAME CODE REASON COMMAND: kim is let in, COMMAND happens, the account phase says CODE
after()
{
	local name=$1 code=$2 reason=$3
	shift 3
	service=full log_in "$name: the login itself" 0 OK --user games --pin "$PIN" --then "$work/between $*"
	for ((i = 0; i < 100; i++)); do
		! grep -q 'event=account' "$log" || break
		sleep 0.02
	done
	if grep -qx "account=$code" <<<"$said" && grep -qE "event=account .*reason=$reason " "$log"; then
		pass "$name"
	else
		fail "$name" "wanted account=$code, $reason" "$said" "$(sed 's/</\n</g' "$log")" "$(cat client.err)"
	fi
}

# variables NAME TEXT: a session had these
variables()
{
	local had
	had=$(grep ^VID_ <<<"$said" | sort)
	[ "$had" = "$2" ] && pass "$1" || fail "$1" "$said"
}

after an_account_whose_virtual_ID_holds_goes_on 0 OK nothing
told and_a_session_begins "session=0"
told and_ends "close=0"
variables with_its_login_in_the_environment "VID_ASSURANCE=key-uv
VID_ISSUER=example
VID_SUBJECT=$subject"
[[ $said == *VID_*close=* && $said != *close=*VID_* ]] && pass and_nothing_of_it_is_left ||
	fail and_nothing_of_it_is_left "$said"
nothing no_pseudonym_is_in_the_log_S52 "$(grep -o "$subject" "$log")"

after revoked_between_auth_and_acct_is_PAM_ACCT_EXPIRED_S40 13 REVOKED revoke
told and_the_person_reads_it "error: Your virtual ID counts here no longer."
variables and_no_session_has_begun ""
service=full log_in and_the_next_login_is_refused 7 REVOKED --user games --pin "$PIN" --then true
./between restore
after restored_it_counts_again 0 OK nothing
after a_list_that_is_gone_is_PAM_AUTHINFO_UNAVAIL_S40 9 STATUS_UNAVAILABLE nolist
told and_that_is_said_too "error: Whether your virtual ID still counts cannot be checked"
./between publish
after a_dropped_issuer_is_PAM_ACCT_EXPIRED_S40 13 ISS_UNKNOWN drop
trusted required
after another_account_in_the_map_is_PAM_ACCT_EXPIRED_S40 13 ACCOUNT_OTHER map man
mapped "$subject" games
after a_map_for_more_people_changes_nothing_S40 0 OK newer
after a_policy_switched_off_is_PAM_AUTHINFO_UNAVAIL 9 POLICY_OFF off
settings
finish
