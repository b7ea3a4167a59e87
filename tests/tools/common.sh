# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the tests of the command line: a folder that ends with the test, vid in plain
# English, and what a call said.
# shellcheck shell=bash
. "$VID_SRC/tests/lib.sh"

VID=$VID_BUILD/vid/vid
[ -x "$VID" ] || skip_all "vid is not built"
unset LANGUAGE LC_ALL LC_MESSAGES LANG
LC_ALL=C.UTF-8
export LC_ALL

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
umask 022
(umask 077 && echo 'correct horse battery' >word && echo 'wrong horse battery' >wrong)

# run COMMAND...: sets code, and what stood on stdout (out) and stderr (err)
run()
{
	"$@" >out.txt 2>err.txt </dev/null
	code=$?
	# without a warning of bash about NUL bytes
	out=$(tr -d '\0' <out.txt)
	err=$(tr -d '\0' <err.txt)
}

# says NAME CODE TEXT COMMAND...: the exit code, and TEXT somewhere in what is said
says()
{
	local name=$1 wanted=$2 text=$3
	shift 3
	run "$@"
	if [ "$code" = "$wanted" ] && [[ $out$'\n'$err == *"$text"* ]]; then
		pass "$name"
	else
		fail "$name" "ran: $*" "exit $code, wanted $wanted and '$text'" "$out" "$err"
	fi
}
