#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# nss_sources.sh COUNT: inside nss.sh's view of the machine, gives each source the same COUNT
# accounts, one source at a time, asks bench_nss for its figures, and prints them as
#
#   COUNT SOURCE FIGURE VALUE
#
# A source that does not get as far has a figure `why`, with the reason in words.
# vid, sysconfdir and localstatedir are in the environment.
set -u
count=$1
cd /bench || exit 1
: "${vid:?}" "${sysconfdir:?}" "${localstatedir:?}"
first=1879048192 # behind the numbers that systemd gives to containers
span=2000000
patience=100 # seconds for a daemon to know all accounts

say() { echo "$count $source $*"; }
why()
{
	say why "$*"
	return 1
}

# took FIGURE COMMAND...: says the seconds and peak KiB of one that makes a source's data.
took()
{
	local figure=$1 seconds kib
	shift
	read -r seconds kib < <(./bench_status time "$@" 2>took.err)
	[ -n "${kib:-}" ] || why "$1 failed: $(head -n 1 took.err)" || return
	say "$figure" "$seconds"
	say "$figure-kib" "$kib"
}

size() { say size "$(du -cbL "$@" | tail -n 1 | cut -f 1)"; }

# --- the accounts ------------------------------------------------------------------

# A hundred accounts or two, spread over all, are in the group that a terminal would give.
names()
{
	awk -v n="$count" -v first="$first" -v benchers=$((first + span)) 'BEGIN {
		step = n > 100 ? int(n / 100) : 1
		for (i = 0; i < n; i++) {
			uid = sprintf("%d", first + i)
			print "person" i ":x:" uid ":" uid ":A Person:/home/person" i \
				":/bin/sh" >"names/passwd"
			print "person" i ":x:" uid ":" >"names/group"
			printf "AAECAwQFBgc%010dA@example person%d uid=%s shell=/bin/sh%s" \
				" gecos=A Person\n", i, i, uid,
				i % step ? "" : " groups=benchers" >"names/map"
			if (i % step == 0)
				members = members (members ? "," : "") "person" i
		}
		printf "benchers:x:%d:%s\n", benchers, members >"names/group"
	}'
	sed -i "1i numbers $first-$((first + span))" names/map
}

# --- each source: makes its data, starts what it needs; and puts all that away -------

files_stop() { :; }
files_start()
{
	cat names/passwd >>/etc/passwd
	cat names/group >>/etc/group
	size names/passwd names/group
}

extrausers_start()
{
	[ -e /usr/lib/libnss_extrausers.so.2 ] || why "not there" || return
	cp names/passwd names/group /var/lib/extrausers/
	size /var/lib/extrausers/*
}
extrausers_stop() { rm -f /var/lib/extrausers/*; }

db_start()
{
	[ -e db/Makefile ] || why "not there" || return
	took compile make -s -C / -f /bench/db/Makefile ETC=/bench/names DBS='passwd group' ||
		return
	size /var/lib/misc/*.db
}
db_stop() { rm -f /var/lib/misc/*.db; }

# libnss-cache looks up by bisection in an index of lines of one length, KEY NUL OFFSET NUL,
# padded with NUL; its maker, nsscache, is not in Debian 12.
cache_index()
{
	perl -e '
		my ($at, $field, $width, @line) = (0, $ARGV[0], 0);
		while (<STDIN>) {
			push @line, (split /:/)[$field] . "\0$at\0";
			$at += length;
			$width = length $line[-1] if length $line[-1] > $width;
		}
		print pack("a$width", $_), "\n" for sort @line;
	' "$2" <"$1" >"$1.$3"
}
cache_compile()
{
	cache_index /etc/passwd.cache 0 ixname
	cache_index /etc/passwd.cache 2 ixuid
	cache_index /etc/group.cache 0 ixname
	cache_index /etc/group.cache 2 ixgid
}
cache_start()
{
	ls /usr/lib/*/libnss_cache.so.2 >/dev/null 2>&1 || why "not there" || return
	cp names/passwd /etc/passwd.cache
	cp names/group /etc/group.cache
	took compile bash "$0" "$count" cache_compile || return
	size /etc/{passwd,group}.cache*
}
cache_stop() { rm -f /etc/{passwd,group}.cache*; }

# knows SERVICE PID: the service names the last account, within the time that it has.
knows()
{
	local start=$EPOCHREALTIME since=$SECONDS last=person$((count - 1))
	while ! getent -s "$1" passwd "$last" >/dev/null 2>&1; do
		kill -0 "$2" 2>/dev/null || why "its daemon ended after $((SECONDS - since)) s" || return
		[ $((SECONDS - since)) -lt $patience ] ||
			why "knew no account after $patience s" || return
		sleep 0.1
	done
	say compile "$(awk "BEGIN { print $EPOCHREALTIME - $start }")"
}

sss_start()
{
	[ -x /usr/sbin/sssd ] || why "not there" || return
	install -d /etc/sssd /var/log/sssd /run/sssd /var/lib/sss \
		/var/lib/sss/{db,mc,pipes,pipes/private,pubconf,pubconf/krb5.include.d,secrets,gpo_cache,deskprofile}
	cat >/etc/sssd/sssd.conf <<-CONF
		[sssd]
		services = nss
		domains = bench
		[domain/bench]
		id_provider = files
		passwd_files = /bench/names/passwd
		group_files = /bench/names/group
		enumerate = true
		timeout = 3600
	CONF
	chmod 600 /etc/sssd/sssd.conf
	sssd -i >sssd.log 2>&1 &
	daemon=$!
	knows sss $daemon || return
	size /var/lib/sss/db /var/lib/sss/mc
}
sss_stop() { rm -rf /var/lib/sss/*/*; }

# systemd's drop-in records, as vid would have to write them.
systemd_start()
{
	ls /usr/lib/*/libnss_systemd.so.2 >/dev/null 2>&1 || why "not there" || return
	[ "$count" -le 10000 ] ||
		why "a record is four files: $((4 * count)) of them do not go into /run" || return
	install -d /run/userdb
	took compile bash "$0" "$count" systemd_compile || return
	size /run/userdb
}
systemd_compile()
{
	perl -e '
		chdir "/run/userdb" or die;
		sub record {
			my ($name, $number, $kind, $text) = @_;
			open my $to, ">", "$name.$kind" or die;
			print $to $text;
			symlink "$name.$kind", "$number.$kind" or die;
		}
		while (<>) {
			chomp;
			my ($name, undef, $id, @rest) = split /:/;
			if (@rest > 1) {
				record $name, $id, "user", qq({"userName":"$name","uid":$id,) .
					qq("gid":$rest[0],"realName":"$rest[1]",) .
					qq("homeDirectory":"$rest[2]","shell":"$rest[3]"}\n);
				next;
			}
			record $name, $id, "group", qq({"groupName":"$name","gid":$id}\n);
			for (split /,/, $rest[0] // "") {
				open my $to, ">", "$_:$name.membership" or die;
				print $to "{}\n"; # an empty one is passed over
			}
		}
	' /bench/names/passwd /bench/names/group
}
systemd_stop() { rm -rf /run/userdb; }

# The same records, asked for through systemd's own daemon.
userdbd_start()
{
	local userdbd=/usr/lib/systemd/systemd-userdbd
	[ -x $userdbd ] || why "not there" || return
	systemd_start || return
	install -d /run/systemd/userdb
	$userdbd >userdbd.log 2>&1 &
	daemon=$!
	for ((i = 0; i < 50; i++)); do
		[ ! -S /run/systemd/userdb/io.systemd.Multiplexer ] || return 0
		sleep 0.1
	done
	why "its daemon does not start here: $(tail -n 1 userdbd.log)"
}
userdbd_stop() { rm -rf /run/userdb /run/systemd/userdb; }

# The map is proved against /etc/group, which must be older than a second to be remembered.
vid_start()
{
	echo "benchers:x:$((first + span)):" >>/etc/group
	sleep 1.1
	install -m 600 names/map "$sysconfdir/vid/accounts"
	[ -e "$sysconfdir/vid/issuers.d/example.conf" ] || "$vid" issuer trust --as example \
		--iss https://id.example.org --realm realm:x --key \
		d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a >vid.log 2>&1 ||
		why "its issuer is not trusted: $(tail -n 1 vid.log)" || return
	took compile "$vid" account compile || return
	size "$localstatedir/lib/vid/accounts.cdb"
}
vid_stop()
{
	rm -f "$localstatedir"/lib/vid/accounts.cdb* "$localstatedir/lib/vid-anchor/accounts" \
		"$sysconfdir/vid/accounts"
}

# --- find -nouser ----------------------------------------------------------------------

# nanoseconds COMMAND: of its wall clock, or `slow`
nanoseconds()
{
	local start=$EPOCHREALTIME end
	timeout 30 "$@" >/dev/null 2>&1
	[ $? != 124 ] || { echo slow && return; }
	end=$EPOCHREALTIME
	echo $(((${end/./} - ${start/./}) * 1000))
}
middle() { sort -n | awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)] }'; }

# finds FIGURE ARGUMENT...: in turns with `files` alone and with the source behind it; less
# often where that takes long
finds()
{
	local figure=$1 i start=$SECONDS
	shift
	: >alone && : >behind
	for ((i = 0; i < 5 && SECONDS - start < 10; i++)); do
		echo 'passwd: files' >/etc/nsswitch.conf
		nanoseconds find "$@" >>alone
		echo "passwd: files $service" >/etc/nsswitch.conf
		nanoseconds find "$@" >>behind
	done
	say "$figure-alone" "$(middle <alone)"
	say "$figure" "$(middle <behind)"
}

# --- one source after another ------------------------------------------------------------

daemons_kib()
{
	local kib=0 pid
	for pid in $(pgrep 'sssd|systemd-user'); do
		kib=$((kib + $(sed -n 's/^Pss: *\([0-9]*\).*/\1/p' "/proc/$pid/smaps_rollup")))
	done
	say daemons "$kib"
}

measure()
{
	./bench_nss "$service" "$count" "$first" "$span" | while read -r line; do say "$line"; done
	[ -z "$daemon" ] || daemons_kib
	finds find / -nouser -maxdepth 4
	finds strangers $strangers -nouser
}

if [ $# -gt 1 ]; then
	"$2"
	exit
fi
strangers=/bench/deeper/than/find/goes
mkdir -p names $strangers
names
for ((i = 0; i < 1000; i++)); do echo "$strangers/$((first + span - 1 - i))"; done |
	perl -ne 'chomp; open my $to, ">", $_; /(\d+)/; chown $1, 0, $_'
for source in ${BENCH_SOURCES:-files extrausers db cache sss systemd userdbd vid}; do
	cp -p base/* /etc/
	service=$source daemon=''
	[ $source != userdbd ] || service=systemd
	if "${source}_start"; then measure; fi
	if [ -n "$daemon" ]; then
		kill "$daemon" 2>/dev/null
		wait "$daemon"
	fi
	"${source}_stop"
done
