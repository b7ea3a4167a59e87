# SPDX-License-Identifier: BSD-2-Clause
# systemd's own program reads the records that `vid account publish` makes, in a mount
# namespace where /run/userdb is the test's own.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
if [ "${1:-}" != inside ]; then
	. "$VID_SRC/tests/lib.sh"
	[ "$(id -u)" = 0 ] || skip_all "a mount namespace takes root"
	command -v userdbctl >/dev/null || skip_all "no userdbctl (Debian: systemd-userdbd)"
	unshare -m true 2>/dev/null || skip_all "no mount namespaces here"
	exec unshare -m --propagation private bash "$0" inside
fi
. "$VID_SRC/tests/tools/common.sh" || exit 99

mount -t tmpfs -o mode=755 none /run || skip_all "no tmpfs here"
kim=AAECAwQFBgcICQoLDA0ODw@example
bo=ICEiIyQlJicoKSorLC0uLw@example
at=(--map "$PWD/etc/accounts" --index "$PWD/var/accounts.cdb" --key "$PWD/host.key")
group=$(awk -F: '$3 >= 1 && $1 ~ /^(games|news|users)$/ {print $1; exit}' /etc/group)
umask 022
mkdir etc var
"$VID" host init --file host.key >/dev/null
printf '%s\n' "$kim vkim uid=60701 gid=60702 home=/home/v shell=/bin/sh groups=$group gecos=V. \"Kim\" \\" \
	"$bo bo uid=60703" >etc/accounts
chmod 600 etc/accounts
holds the_map_compiles "$VID" account compile "${at[@]}"
says publish_makes_records 0 "accounts 2, of which have records 2" \
	"$VID" account publish --index "$PWD/var/accounts.cdb"
says publish_says_so_in_JSON 0 '"records": 2' \
	"$VID" account publish --json --index "$PWD/var/accounts.cdb"

# shown NAME WANT ARGUMENT...: what userdbctl prints as JSON, in python's eyes
shown()
{
	local name=$1 want=$2
	shift 2
	holds "$name" python3 -c 'import json, subprocess, sys
said = json.loads(subprocess.run(["userdbctl", "--output=json"] + sys.argv[2:],
    check=True, capture_output=True).stdout)
want = json.loads(sys.argv[1])
got = {key: said.get(key) for key in want}
sys.exit(0 if got == want else str(said))' "$want" "$@"
}
user='{"userName":"vkim","uid":60701,"gid":60702,"realName":"V. \"Kim\" \\",
	"homeDirectory":"/home/v","shell":"/bin/sh","disposition":"regular"}'
shown userdbctl_shows_the_user_by_name "$user" user vkim
shown userdbctl_shows_the_user_by_number "$user" user 60701
shown userdbctl_shows_the_group_by_name '{"groupName":"vkim","gid":60702}' group vkim
shown userdbctl_shows_the_group_by_number '{"groupName":"vkim","gid":60702}' group 60702
shown no_record_has_a_password_or_is_locked '{"privileged":null,"locked":null}' user vkim
shown its_groups_are_known "{\"user\":\"vkim\",\"group\":\"$group\"}" groups-of-user vkim
says userdbctl_lists_them 0 "bo" userdbctl --no-pager --no-legend user
holds userdbctl_finds_no_other bash -c '! userdbctl user vkim2'
sed -i '/vkim/d' etc/accounts
holds the_smaller_map_compiles "$VID" account compile "${at[@]}"
says publish_takes_away_what_is_gone 0 "accounts 1, of which have records 1" \
	"$VID" account publish --index "$PWD/var/accounts.cdb"
holds userdbctl_no_longer_knows_it bash -c '! userdbctl user vkim && ! userdbctl user 60701'
says without_a_map_nothing_is_published 2 "" "$VID" account publish --index "$PWD/none"
finish
