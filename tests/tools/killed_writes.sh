# SPDX-License-Identifier: BSD-2-Clause
# Commands that write files, killed before each of their system calls: the same command
# again leaves no temporary file, and no file has two names (S34).
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
[ -d /dev/shm ] && [ -w /dev/shm ] && export TMPDIR=/dev/shm
. "$VID_SRC/tests/tools/common.sh" || exit 99

killed_at=$VID_BUILD/tests/nss/killed_at
export ASAN_OPTIONS=detect_leaks=0 # which traces as well, and cannot be traced
"$killed_at" "" 1 true 2>/dev/null
[ $? = 137 ] || skip_all "no process can be traced here"
key=d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a

# each_call COMMAND...: in a new folder `in`, killed at each call and run again. Sets
# `killed`, `faults`.
each_call()
{
	local n=0 left
	killed=0 faults=
	while :; do
		rm -rf in && mkdir in
		"$killed_at" "$PWD/in" $((++n)) "$@" >/dev/null 2>call.txt
		code=$?
		[ $code = 137 ] || break
		killed=$((killed + 1))
		run "$@"
		# what a killed first run had finished already is refused the second time
		[ "$code" = 0 ] || [[ $err == *exists* || $err == *already* || $err == *"there is an issuer"* ]] ||
			faults+="$(cat call.txt): then: exit $code $err"$'\n'
		left=$(find in -name '.vid-*' -o -name '*.new-??????')
		[ -z "$left" ] || faults+="$(cat call.txt): left: $left"$'\n'
		left=$(find in -type f -links +1)
		[ -z "$left" ] || faults+="$(cat call.txt): two names: $left"$'\n'
	done
	[ $code = 0 ] || faults+="unharmed it ends with $code: $(cat call.txt)"
	echo "# killed at $killed system calls"
}

# sound NAME: at least one call was met, and there were no faults
sound()
{
	if [ "$killed" -gt 5 ] && [ -z "$faults" ]; then
		pass "$1"
	else
		fail "$1" "killed at $killed calls" "$faults"
	fi
}

each_call "$VID" host init --file "$PWD/in/etc/host.key"
sound a_killed_host_init_leaves_no_temporary_file_S34
each_call "$VID" issuer trust --dir "$PWD/in/trust" --iss https://id.example.org \
	--realm realm:x --as example --key $key --force
sound a_killed_trust_leaves_no_temporary_file_S34
finish
