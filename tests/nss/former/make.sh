#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# make.sh FIRST_LOGIN: how the files of this folder were made, by tests/nss/first_login of
# commit 594668d, the last one with index format 3 and ledger format 1. Its host key is
# { 1, 2, 3, 4, 5, 0... }. For test_migration alone.
set -eu
login=$(realpath "$1")
dir=$(mktemp -d)
echo 'root:x:0:0:root:/root:/bin/sh
alice:x:1000:1000::/home/alice:/bin/sh' >"$dir/passwd"
printf '%s\n' root:x:0: terminal:x:900: >"$dir/group"
echo /bin/sh >"$dir/shells"
map() { (umask 077 && printf '%s\n' "$@" >"$dir/accounts"); }
rule='*@example allocate prefix=kiosk- uids=50001-50009 groups=terminal'
# An own account, one that is gone later, a local one, a denied one, two newcomers.
map 'YGFiY2RlZmdoaWprbG1ubw@example own uid=60001' 'AAECAwQFBgcICQoLDA0OEA@other gone uid=60002' "$rule"
"$login" "$dir" compile
"$login" "$dir" give EBESExQVFhcYGRobHB0eHw@example ICEiIyQlJicoKSorLC0uLw@example
map 'YGFiY2RlZmdoaWprbG1ubw@example own uid=60001' 'AAECAwQFBgcICQoLDA0ODw@other alice' \
	'QEFCQ0RFRkdISUpLTE1OTw@example deny' "$rule"
"$login" "$dir" compile
"$login" "$dir" ask EBESExQVFhcYGRobHB0eHw@example ICEiIyQlJicoKSorLC0uLw@example
cp "$dir"/{accounts,accounts.cdb,accounts.cdb.ledger,passwd,group,shells} "$(dirname "$0")"
rm -r "$dir"
