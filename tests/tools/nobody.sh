# SPDX-License-Identifier: BSD-2-Clause
# S54: an ordinary user gets nothing of the host's files, and is told so.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
[ "$(id -u)" = 0 ] || skip_all "only root can become nobody"
command -v setpriv >/dev/null || skip_all "setpriv is missing"

chmod 755 "$work"
cp "$VID" ./vid.copy
as=(setpriv --reuid=65534 --regid=65534 --clear-groups ./vid.copy)
mkdir -m 755 etc
"$VID" host init --file etc/host.key >/dev/null
"$VID" issuer init --iss https://a.example --realm r:a --passphrase-file word is >/dev/null
"$VID" issuer trust --dir etc/issuers.d is/issuer.conf --as a --status none >/dev/null

says the_command_runs_for_nobody 0 "vid" "${as[@]}" --version
says host_key_is_not_shown_S54 2 "host.key" "${as[@]}" host show --file etc/host.key
[[ $err == *denied* || $err == *trust* ]] && pass the_message_says_why || fail the_message_says_why "$err"
says host_key_is_not_remade_S54 2 "host.key" "${as[@]}" host init --file etc/host.key
says no_new_host_key_in_the_hosts_folder_S54 2 "etc" "${as[@]}" host init --file etc/host2.key
says nobody_cannot_add_trust_S54 2 "issuers.d" \
	"${as[@]}" issuer trust --dir etc/issuers.d --iss https://b --realm r:b --as b \
	--key "$(sed -n 's/public = //p' is/issuer.conf)"
says issuers_folder_is_the_administrators_S54 2 "" "${as[@]}" issuer export is
says passphrase_of_another_is_not_read_S54 2 "denied" \
	"${as[@]}" wallet init --passphrase-file word w
[ "$(ls etc/issuers.d)" = "a.conf
trust.record" ] && ! grep -q https://b etc/issuers.d/trust.record && [ ! -e etc/host2.key ] && [ ! -e w ] &&
	pass nothing_was_written_S54 || fail nothing_was_written_S54 "$(ls -R etc)"

mkdir own && chown 65534:65534 own
(umask 077 && cp word own/word) && chown 65534:65534 own/word
says a_person_makes_a_wallet_without_root 0 "wallet" \
	"${as[@]}" wallet init --passphrase-file own/word own/w
finish
