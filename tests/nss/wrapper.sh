# SPDX-License-Identifier: BSD-2-Clause
# The module under nss_wrapper, which other projects test theirs with; and the host's own
# programs on a host whose nsswitch.conf names it.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/tools/common.sh" || exit 99

module=$VID_BUILD/tests/nss/.libs/libnss_vidwrap.so
box=$VID_BUILD/tests/nss/box-wrapper
[ -f "$module" ] || skip_all "no module for tests was built"
nm -D "$module" | grep -qE '__(asan|ubsan|tsan)' && skip_all "other programs carry no sanitizer"
rm -rf "$box"
mkdir -p "$box" lib files
chmod 755 . # su's account loads the module as well
ln -s "$module" lib/libnss_vid.so.2
cp /etc/passwd "$box/passwd"
cp /etc/group "$box/group"

kim=AAECAwQFBgcICQoLDA0ODw@example
bo=ICEiIyQlJicoKSorLC0uLw@example
ali=EBESExQVFhcYGRobHB0eHw@example
local=$(awk -F: '$3 >= 1 && $3 < 60000 && $1 !~ /^[+-]/ {print $1; exit}' /etc/passwd)
(umask 077 && printf '%s\n' "$kim vkim uid=64123 home=/ gecos=V. Kim" \
	"$bo bo uid=64124 gid=64224 home=/srv/bo" "$ali $local" >accounts)
"$VID" host init --file host.key >/dev/null
. "$VID_SRC/tests/nss/issuers.sh"
trusted trust example # SUBJECT@ALIAS is found by the issuer that the alias names
run "$VID" account compile --map "$PWD/accounts" --index "$box/accounts.cdb" --key "$PWD/host.key" \
	--issuers "$PWD/trust"
[ "$code" = 0 ] || skip_all "this host has our numbers or names: $err"

# same NAME TEXT COMMAND...: it prints just that
same()
{
	local name=$1 text=$2
	shift 2
	run "$@"
	[ "$code" = 0 ] && [ "$out" = "$text" ] && pass "$name" ||
		fail "$name" "ran: $*" "exit $code" "$out" "$err"
}

kim_row="vkim:x:64123:64123:V. Kim:/:/bin/sh"
bo_row="bo:x:64124:64224::/srv/bo:/bin/sh"

wrapper=$(ldconfig -p 2>/dev/null | awk '$1 == "libnss_wrapper.so" {print $NF; exit}')
[ -n "$wrapper" ] || wrapper=$(find /usr/lib -name libnss_wrapper.so 2>/dev/null | head -n 1)
if [ -n "$wrapper" ]; then
	echo 'root:x:0:0:root:/root:/bin/sh' >files/passwd
	printf '%s\n' 'root:x:0:' 'terminal:x:2000:somebody' >files/group
	wrapped()
	{
		LD_PRELOAD=$wrapper NSS_WRAPPER_PASSWD=$PWD/files/passwd \
			NSS_WRAPPER_GROUP=$PWD/files/group NSS_WRAPPER_MODULE_SO_PATH=$module \
			NSS_WRAPPER_MODULE_FN_PREFIX=vid "$@"
	}
	same nss_wrapper_finds_the_account_by_name "$kim_row" wrapped getent passwd vkim
	same nss_wrapper_finds_it_by_number "$bo_row" wrapped getent passwd 64124
	same nss_wrapper_finds_it_by_identity "$kim_row" wrapped getent passwd $kim
	same nss_wrapper_finds_an_identity_of_a_local_account \
		"$(getent -s files passwd "$local" | sed 's/:[^:]*/:x/')" wrapped getent passwd $ali
	same nss_wrapper_finds_the_group_by_name "bo:x:64224:" wrapped getent group bo
	same nss_wrapper_finds_the_group_by_number "vkim:x:64123:" wrapped getent group 64123
	same nss_wrapper_walks_over_all_accounts \
		"$(printf '%s\n' root:x:0:0:root:/root:/bin/sh "$kim_row" "$bo_row")" \
		wrapped getent passwd
	same nss_wrapper_walks_over_all_groups "$(printf '%s\n' root:x:0: \
		terminal:x:2000:somebody vkim:x:64123: bo:x:64224:)" wrapped getent group
	same nss_wrapper_knows_the_groups_of_an_account "64123" wrapped id -G vkim
	says nss_wrapper_finds_nobody_else 2 "" wrapped getent passwd nosuch
	says nss_wrapper_finds_no_other_number 2 "" wrapped getent passwd 64125
	says nss_wrapper_finds_no_other_identity 2 "" wrapped getent passwd ${kim%@*}@other
else
	skip nss_wrapper_finds_the_account_by_name "no libnss-wrapper"
fi

# The host's own programs; its nsswitch.conf is another one for them alone.
sed -E 's/^(passwd|group|shadow|initgroups):.*//' /etc/nsswitch.conf >without.conf 2>/dev/null
printf '%s\n' 'passwd: files' 'group: files' 'shadow: files' >>without.conf
sed 's/: files$/: files vid/' without.conf >with.conf
host() # CONF COMMAND...
{
	unshare -m sh -c 'mount --bind "$1" /etc/nsswitch.conf && shift && exec env \
		LD_LIBRARY_PATH="$PWD/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$@"' - "$@"
}
with()
{
	host with.conf "$@"
}
if [ "$(id -u)" = 0 ] && [ -e /etc/nsswitch.conf ] && host without.conf true 2>/dev/null; then
	touch files/kim files/bo files/nobodys
	chown 64123:64123 files/kim
	chown 64124:64224 files/bo
	chown 64125:64225 files/nobodys
	same id_knows_the_account "uid=64123(vkim) gid=64123(vkim) groups=64123(vkim)" with id vkim
	same id_knows_it_by_number "bo" with id -un 64124
	same id_knows_an_identity "uid=64123(vkim) gid=64123(vkim) groups=64123(vkim)" with id $kim
	says without_us_nobody_does 1 "no such user" host without.conf id vkim
	says ls_names_the_owner 0 " vkim vkim " with ls -l files/kim
	same stat_names_owner_and_group "bo bo" with stat -c '%U %G' files/bo
	same find_sees_whose_files_are_nobodys "files/nobodys" with find files -user 64125 -nouser
	same find_sees_no_file_of_ours_as_nobodys "" with find files/kim files/bo \
		'(' -nouser -o -nogroup ')'
	[ "$(host without.conf find files/kim files/bo -nouser | wc -l)" = 2 ] &&
		pass which_it_would_without_us || fail which_it_would_without_us
	same find_knows_whose_are_whose "files/bo" with find files -user bo -group bo
	same chown_takes_the_name "64123 64224" with sh -c \
		'chown vkim:bo files/nobodys && stat -c "%u %g" files/nobodys'
	says root_is_root_still 0 "uid=0(root) gid=0(root)" with id root
	if command -v su >/dev/null && [ -e /etc/pam.d/su ]; then
		same su_becomes_the_account "vkim 64123 64123 /" with su vkim -c \
			'echo "$(id -un) $(id -u) $(id -G) $HOME"'
		says su_becomes_nobody_else 1 "" with su nosuch -c true
	else
		skip su_becomes_the_account "no su"
	fi
	! command -v python3 >/dev/null || same other_languages_know_it \
		"64123 /bin/sh ['bo', 'vkim']" with python3 -c \
		'import pwd, grp
p = pwd.getpwnam("vkim")
print(p.pw_uid, p.pw_shell, sorted(g.gr_name for g in grp.getgrall() if 64000 < g.gr_gid < 65000))'
else
	skip id_knows_the_account "no mount namespace"
fi
finish
