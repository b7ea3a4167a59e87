# SPDX-License-Identifier: BSD-2-Clause
# The module as glibc loads it: getent, with `files vid` chosen for that process alone.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/tools/common.sh" || exit 99

module=$VID_BUILD/tests/nss/.libs/libnss_vidbox.so
box=$VID_BUILD/tests/nss/box-getent
[ -f "$module" ] || skip_all "no module for tests was built"
nm -D "$module" | grep -qE '__(asan|ubsan|tsan)' && skip_all "getent carries no sanitizer"
rm -rf "$box"
mkdir -p "$box" lib trust faces
chmod 700 faces
ln -s "$module" lib/libnss_vid.so.2
cp /etc/passwd "$box/passwd"
cp /etc/group "$box/group"

kim=AAECAwQFBgcICQoLDA0ODw@example
bo=ICEiIyQlJicoKSorLC0uLw@example
at=(--map "$PWD/accounts" --index "$box/accounts.cdb" --key "$PWD/host.key"
	--issuers "$PWD/trust" --faces "$PWD/faces")
local=$(awk -F: '$3 >= 1 && $3 < 60000 {print $1; exit}' /etc/passwd)
"$VID" host init --file host.key >/dev/null
"$VID" issuer trust --dir trust --iss https://id.example.org --realm realm:x --as example \
	--key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a >/dev/null
"$VID" account add --uid 64123 --gecos "V. Kim" "${at[@]}" $kim vkim >/dev/null ||
	skip_all "this host has uid 64123 or the name vkim"
"$VID" account map "${at[@]}" $bo "$local" >/dev/null

ask()
{
	LD_LIBRARY_PATH=$PWD/lib getent -s 'files vid' "$@"
}

row="vkim:x:64123:64123:V. Kim:/home/vkim:/bin/sh"
says getent_finds_the_account_by_name 0 "$row" ask passwd vkim
says getent_finds_it_by_number 0 "$row" ask passwd 64123
says getent_finds_it_by_identity 0 "$row" ask passwd $kim
says an_identity_of_a_local_account_finds_its_line 0 \
	"$(getent -s files passwd "$local" | cut -d: -f1,3-)" \
	bash -c 'LD_LIBRARY_PATH=$PWD/lib getent -s "files vid" passwd '$bo' | cut -d: -f1,3-'
says getent_finds_the_private_group 0 "vkim:x:64123:" ask group vkim
says getent_finds_it_by_gid 0 "vkim:x:64123:" ask group 64123
says getent_walks_over_all_accounts 0 "$row" ask passwd
[ "$(wc -l <<<"$out")" = $(($(getent -s files passwd | wc -l) + 1)) ] &&
	pass each_account_once || fail each_account_once "$out"
says getent_walks_over_all_groups 0 "vkim:x:64123:" ask group
says no_supplementary_groups_come_from_us_S45 0 "vkim" ask initgroups vkim
[ "$(tr -d ' ' <<<"$out")" = vkim ] && pass the_list_of_groups_is_empty ||
	fail the_list_of_groups_is_empty "$out"
says nobody_else_is_found 2 "" ask passwd vkimx
says no_other_number_is_found 2 "" ask passwd 64124
says root_stays_what_files_says 0 "root:x:0:0:" ask passwd root
if [ "$(id -u)" = 0 ]; then
	says the_shadow_entry_is_locked 0 'vkim:!*:' ask shadow vkim
else
	says the_shadow_entry_is_roots_S54 2 "" ask shadow vkim
fi

# Another map, on a host whose name service has the number from elsewhere than its files.
mkdir other
elsewhere()
{
	printf '%s\n' 'passwd: files vid' 'group: files vid' >nsswitch.conf
	unshare -m sh -c 'mount --bind nsswitch.conf /etc/nsswitch.conf && exec env \
		LD_LIBRARY_PATH="$PWD/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$@"' - "$@"
}
if [ "$(id -u)" = 0 ] && [ -e /etc/nsswitch.conf ] && elsewhere true 2>/dev/null; then
	says a_number_known_from_elsewhere_is_told 0 "$bo is now dan" elsewhere "$VID" account \
		add --uid 64123 --map "$PWD/other/accounts" --index "$PWD/other/accounts.cdb" \
		"${at[@]:4}" $bo dan
	[[ $err == *"uid 64123 of 'dan' is the number of 'vkim'"*"gid 64123 of"* ]] &&
		pass the_warning_names_both || fail the_warning_names_both "$err"
	says once_told_is_enough 0 "accounts of our own 1" elsewhere "$VID" account compile \
		--map "$PWD/other/accounts" --index "$PWD/other/accounts.cdb" "${at[@]:4:2}"
	[ -z "$err" ] && pass no_warning_comes_twice || fail no_warning_comes_twice "$err"
else
	skip a_number_known_from_elsewhere_is_told "no mount namespace"
fi

echo "vkim:x:1:1::/:/bin/sh" >>"$box/passwd"
says a_local_name_added_later_wins_S42 2 "" ask passwd vkim
cp /etc/passwd "$box/passwd"
says and_once_it_is_gone_the_account_is_back 0 "$row" ask passwd vkim
chmod 666 "$box/accounts.cdb"
says an_index_that_others_may_write_answers_nothing 2 "" ask passwd vkim
chmod 644 "$box/accounts.cdb"

# Forms of nsswitch.conf, with a whole, a damaged and a missing map: does a name of systemd's
# (as DynamicUser= makes them) resolve, and is one of ours an error, not "no such user"?
cat >forms.sh <<'EOF'
mount -t tmpfs tmpfs /run && mkdir /run/userdb || exit 1
echo '{"userName":"vdyna","uid":61999,"gid":61999}' >/run/userdb/vdyna.user
echo '{"groupName":"vdyna","gid":61999}' >/run/userdb/vdyna.group
ln -s vdyna.user /run/userdb/61999.user
ln -s vdyna.group /run/userdb/61999.group
mount --bind nsswitch.conf /etc/nsswitch.conf || exit 1
export LD_LIBRARY_PATH=$PWD/lib
one() { getent "$@" >/dev/null && echo found || echo none; }
echo "$("$state" vkim) $("$state" vdyna) $("$state" nosuch) $(one group vkim) $(one group vdyna) $(
	one passwd 64123) $(one passwd 61999) $(one shadow vkim)"
EOF
form()
{
	printf '%s\n' "passwd: $1" "group: $1" "shadow: $1" >nsswitch.conf
	state=$VID_BUILD/tests/nss/getpwnam_of unshare -m bash forms.sh 2>/dev/null
}
shipped=$(sed -n 's/^passwd: *//p' "$VID_SRC/conf/nsswitch.conf")
if [ "$(id -u)" = 0 ] && [ "$(form 'files systemd')" = \
	"absent found absent none found none found none" ]; then
	cp "$box/accounts.cdb" whole.cdb
	says the_shipped_order_names_both_kinds 0 \
		"found found absent found found found found found" form "$shipped"
	head -c 2500 whole.cdb >"$box/accounts.cdb"
	says with_a_damaged_map_ours_are_an_error_and_systemds_are_found_S51 0 \
		"error found error none found none found none" form "$shipped"
	says systemd_last_would_say_that_there_is_no_such_user 0 "absent found" \
		form "files vid systemd"
	says a_return_before_systemd_would_hide_its_names 0 "error error" \
		form "files vid [UNAVAIL=return] systemd"
	says vid_last_alone_would_hold_too_at_systemds_speed 0 "error found error" \
		form "files systemd vid"
	rm "$box/accounts.cdb"
	says without_a_map_ours_are_an_error_and_systemds_are_found_S51 0 \
		"error found error none found none found none" form "$shipped"
	cp whole.cdb "$box/accounts.cdb"
else
	skip the_shipped_order_names_both_kinds "no mount namespace, or no nss-systemd"
fi

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	LD_LIBRARY_PATH=$PWD/lib strace -f -o trace getent -s vid passwd vkim >/dev/null
	# From the first look at the index to the answer.
	nothing a_lookup_stays_within_its_system_calls_S46 "$(
		awk '/accounts\.cdb/ {on = 1} /[a-z]\(1,/ {on = 0} on' trace |
			sed 's/^[0-9]* *//' | grep -vE '^(openat|fstat|newfstatat|mmap|pread64|read|close)\('
	)"
else
	skip a_lookup_stays_within_its_system_calls_S46 "no strace"
fi
finish
