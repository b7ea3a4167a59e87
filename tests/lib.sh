# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the shell tests, tests/demo and tests/check: TAP, and what is installed.
# shellcheck shell=bash

tap_number=0
tap_failed=0

# pass NAME, fail NAME [WHY...], skip NAME WHY: one TAP line each. A name is a sentence.
pass()
{
	echo "ok $((++tap_number)) - $1"
}

fail()
{
	echo "not ok $((++tap_number)) - $1"
	shift
	printf '%s\n' "$@" | sed 's/^/# /'
	tap_failed=$((tap_failed + 1))
}

skip()
{
	echo "ok $((++tap_number)) - $1 # SKIP $2"
}

# holds NAME COMMAND...: the command succeeds. Its output is shown when it does not.
holds()
{
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name" "$said"
	fi
}

# nothing NAME TEXT: TEXT, a list of faults, is empty.
nothing()
{
	if [ -z "$2" ]; then
		pass "$1"
	else
		fail "$1" "$2"
	fi
}

# skip_all WHY: this machine cannot run the whole file.
skip_all()
{
	echo "1..0 # SKIP $1"
	exit 0
}

# The last line of a test file: the plan, and an exit status that tells.
finish()
{
	echo "1..$tap_number"
	[ "$tap_failed" = 0 ]
}

# copy_sources TO: the sources of the tree here, and its git folder, without what was built in
# it (a tree that is configured in place can be built in no other folder). Everybody may read it.
copy_sources()
{
	local which=(--cached)
	[ -e config.status ] || which+=(--others --exclude-standard)
	mkdir -p "$1" || return
	if git -c safe.directory="$PWD" rev-parse --git-dir >/dev/null 2>&1; then
		{
			git -c safe.directory="$PWD" ls-files -z "${which[@]}"
			printf '.git\0'
		} | tar --null --no-recursion --ignore-failed-read -cf - -T - 2>/dev/null |
			tar -C "$1" -xf - || return
		cp -a .git "$1/" || return
	else
		tar --exclude=./build -cf - . | tar -C "$1" -xf - || return
		[ ! -e config.status ] || make -C "$1" -s distclean >/dev/null || return
	fi
	chmod -R a+rX "$1"
}

# missing_packages FILE: those of the list that are not installed.
missing_packages()
{
	local name
	# shellcheck disable=SC2013 # words are what it holds
	for name in $(sed 's/#.*//' "$1"); do
		dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null |
			grep -qx installed || echo "$name"
	done
}

# install_packages FILE: install what is missing, from Debian. Says what it does; as
# anyone but root says what root would have to do.
install_packages()
{
	local missing
	command -v dpkg-query >/dev/null || {
		echo "not a Debian system: see tests/packages for what is needed" >&2
		return 1
	}
	missing=$(missing_packages "$1" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		echo "missing packages, which only root can install:" >&2
		echo "  apt-get install --no-install-recommends $missing" >&2
		return 1
	fi
	echo "Installing from Debian: $missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq || return
	# shellcheck disable=SC2086 # a list of words
	apt-get install -qq -y --no-install-recommends $missing >/dev/null
}
