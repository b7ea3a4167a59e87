# SPDX-License-Identifier: BSD-2-Clause
# Every command has --help, and --help names every option that the command accepts.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
[ -z "${VID_CHECKED:-}" ] || skip_all "it takes minutes, and tests/check release has run it"

says help_lists_the_groups 0 "issuer" "$VID" --help
groups=$("$VID" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
# options FILE...: what they name as options. From the sources, since a command that forgets
# one in its help would otherwise hide it from this test too.
options()
{
	grep -ohE '\.name = "[a-z][a-z-]+"' "$@" | grep -oE '[a-z][a-z-]+"' | tr -d '"' | sort -u
}
[ "$(options "$VID_SRC"/vid/*_*.c "$VID_SRC"/vid/cli.h | wc -w)" -gt 20 ] &&
	pass options_are_found_in_the_sources || fail options_are_found_in_the_sources
# A command's options are those of its own file and of what several commands share.
commands=$(for group in $groups; do
	"$VID" "$group" --help | sed -n "s/^  vid $group \([a-z-]*\) .*/${group}_\1/p" | tr - _
done)
shared=()
for file in "$VID_SRC"/vid/*.[ch]; do
	name=${file##*/}
	[[ $'\n'$commands$'\n' == *$'\n'${name%.c}$'\n'* ]] || shared+=("$file")
done
nothing no_other_file_parses_options "$(grep -ls getopt "$VID_SRC"/vid/*.c | grep -v '/options\.c$')"

for group in $groups; do
	run "$VID" "$group" --help
	[ "$code" = 0 ] && pass "${group}_has_help" || fail "${group}_has_help" "$err"
	for command in $(sed -n "s/^  vid $group \([a-z-]*\) .*/\1/p" out.txt); do
		run "$VID" "$group" "$command" --help
		help=$out
		[ "$code" = 0 ] && [[ $help == *"vid $group $command"* ]] &&
			pass "${group}_${command}_has_help" ||
			fail "${group}_${command}_has_help" "exit $code" "$help$err"
		hidden=
		for option in $(options "$VID_SRC/vid/${group}_${command//-/_}.c" "${shared[@]}"); do
			# what the help names is not hidden
			[[ "$help " =~ --$option([ $'\n']|$) ]] && continue
			# an abbreviation is not an option: ask with the whole word, and stop
			# before anything is done
			run "$VID" "$group" "$command" "--$option=" "--$option=" --help
			[[ $err == *"unknown option"* ]] && [[ $err != *"did you mean '--$option'"* ]] &&
				continue
			[[ $help == *"--$option"[a-z-]* ]] || hidden+=" --$option"
		done
		nothing "${group}_${command}_help_names_every_option" "$hidden"
	done
done
finish
