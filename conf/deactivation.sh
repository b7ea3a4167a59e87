#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# deactivation.sh ROOT PAMDIR LIBDIR DATADIR - run by `make uninstall`, before any file goes
#
# Takes vid out of the configuration that names it, so that no login depends on a file that is
# about to be removed:
#   1. the profile of pam-auth-update, on this host only (ROOT empty);
#   2. it refuses while a PAM stack still names this installation's pam_vid;
#   3. the word "vid" and its actions in nsswitch.conf, whole file or none.
# ROOT is make's DESTDIR. With it, the host's own files are neither read nor written.
# An installation outside the folders that libpam and glibc search is in no stack by its bare
# name; only a full path counts there.
#
# Exit status: 0 done, 1 refused or failed: then nothing may be removed.
set -u
root=$1 pamdir=$2 libdir=$3 datadir=$4

# Is that one of the folders that libpam or glibc search?
is_searched()
{
	case $1/ in
	/lib*/* | /usr/lib*/* | /usr/local/lib*/*) return 0 ;;
	esac
	return 1
}

# 1. The profile. It changes common-* only; a file with local changes is left to step 2.
remove_profile()
{
	[ -z "$root" ] && [ "$datadir" = /usr/share ] || return 0
	command -v pam-auth-update >/dev/null 2>&1 || return 0
	[ -e /usr/share/pam-configs/vid ] || return 0
	DEBIAN_FRONTEND=noninteractive pam-auth-update --package --remove vid </dev/null || {
		echo "pam-auth-update --package --remove vid failed: nothing is removed" >&2
		exit 1
	}
}

# Lines of PAM's files that load this installation's module: FILE:NUMBER:LINE. A commented
# line does not count.
stack_lines()
{
	for file in "$root"/etc/pam.conf "$root"/etc/pam.d/* "$root"/usr/lib/pam.d/* \
		"$root"/usr/share/pam.d/* "$root"/usr/local/etc/pam.d/*; do
		[ -f "$file" ] || continue
		grep -nHE '^[^#]*pam_vid' "$file" || [ $? = 1 ] || echo "$file: cannot be read"
	done | while read -r line; do
		case $line in
		*"$pamdir"/pam_vid*) ;;
		*) is_searched "$pamdir" || continue ;;
		esac
		printf '%s\n' "$line"
	done
}

# Without "vid" and the actions in brackets after it, which are about it alone. A database that
# had no other source gets "files".
without_vid()
{
	sed -E \
		-e '/^[[:space:]]*#/b' \
		-e ':again' \
		-e 's/^([^#:]*:)[[:space:]]*vid([[:space:]]*\[[^]#]*\])*[[:space:]]*$/\1 files/' \
		-e 's/^([^#:]*:)[[:space:]]*vid([[:space:]]*\[[^]#]*\])*[[:space:]]*#/\1 files #/' \
		-e 's/^([^#:]*:[[:space:]]*)vid([[:space:]]*\[[^]#]*\])*([[:space:]]+|$)/\1/' \
		-e 's/^([^#:]*:[^#]*[^[:space:]#])[[:space:]]+vid([[:space:]]*\[[^]#]*\])*([[:space:]#]|$)/\1\3/' \
		-e 't again' \
		"$1"
}

# 3. The old file or the new one, with the old one's mode, owner and labels.
clean_nsswitch()
{
	is_searched "$libdir" || return 0
	file=$root/etc/nsswitch.conf
	[ -e "$file" ] || return 0
	# a link (authselect makes one) stays a link; in an image it may lead out of it
	if [ -h "$file" ]; then
		[ -z "$root" ] || {
			echo "$file is a link: take \"vid\" out of it by hand" >&2
			return 0
		}
		file=$(readlink -f "$file") || return 1
	fi
	without_vid "$file" | cmp -s - "$file" && return 0
	new=$(mktemp "$file.XXXXXX") || return 1
	if cp -p --preserve=all "$file" "$new" && without_vid "$file" >"$new" &&
		[ -s "$new" ] && sync "$new" && mv -f "$new" "$file"; then
		sync "$(dirname "$file")"
		echo "$file: vid is taken out"
		return 0
	fi
	rm -f "$new"
	return 1
}

remove_profile
lines=$(stack_lines)
if [ -n "$lines" ]; then
	{
		echo "refused: these lines still name pam_vid. Without the module they could shut out every user:"
		printf '%s\n' "$lines" | sed 's/^/    /'
		echo "Remove them (keep a root shell open), then run make uninstall again."
	} >&2
	exit 1
fi
clean_nsswitch || {
	echo "refused: $root/etc/nsswitch.conf cannot be written, and it names vid" >&2
	exit 1
}
