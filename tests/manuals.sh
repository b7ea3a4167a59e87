# SPDX-License-Identifier: BSD-2-Clause
# The manual pages against the code: every command and option that --help names, every
# key of vid.conf and every option of pam_vid stands in its page, and none that is gone.
# shellcheck shell=bash
. "$VID_SRC/tests/lib.sh"

vid=$VID_BUILD/vid/vid
[ -x "$vid" ] || vid=$VID_BUILD/vid.bin
[ -x "$vid" ] || vid=$(find "$VID_BUILD" -name vid -type f -perm -u+x | head -n 1)
[ -x "$vid" ] || skip_all "vid is not built"
page=$VID_SRC/man/vid.1.scd

# A page's words without scdoc's marks.
plain()
{
	sed 's/\\//g; s/[*_]//g' "$1"
}

# the part of vid(1) about one command: from its heading to the next
section()
{
	plain "$page" | awk -v head="## vid $1" '
		index($0, "## ") == 1 || index($0, "# ") == 1 { on = ($0 == head) }
		on'
}

groups=$("$vid" --help | sed -n 's/^  \([a-z][a-z0-9-]*\)  .*/\1/p')
holds "vid_help_lists_its_groups" test -n "$groups"
commands=
for group in $groups; do
	for command in $("$vid" "$group" --help |
		sed -n "s/^  vid $group \([a-z][a-z0-9-]*\) .*/\1/p"); do
		commands+="$group $command"$'\n'
	done
done

while read -r group command; do
	[ -n "$group" ] || continue
	text=$(section "$group $command")
	said=$("$vid" "$group" "$command" --help)
	options=$(grep -oE '^ +(-[a-zA-Z], )?--[a-z][a-z0-9-]+' <<<"$said" |
		grep -oE -- '--[a-z][a-z0-9-]+' | grep -vx -- --help | sort -u)
	documented=$(grep -oE '^--?[a-zA-Z].*' <<<"$text" |
		grep -oE -- '--[a-z][a-z0-9-]+' | sort -u)
	nothing "vid(1) knows 'vid $group $command' and its options" "$(
		[ -n "$text" ] || echo "no heading '## vid $group $command'"
		comm -23 <(echo "$options") <(echo "$documented") | sed '/^$/d; s/$/ is missing/'
		comm -13 <(echo "$options") <(echo "$documented") | sed '/^$/d; s/$/ is gone/'
	)"
done <<<"$commands"

nothing "vid(1) describes no command that is gone" "$(
	plain "$page" | sed -n 's/^## vid //p' | while read -r words; do
		grep -qx "$words" <<<"$commands" || echo "$words"
	done
)"

# vid.conf: the keys are the texts that the reader compares with.
conf=$(plain "$VID_SRC/man/vid.conf.5.scd")
keys=$(grep -ohE '^#?[[:space:]]*[a-z][a-z-]+ = ' "$VID_SRC/conf/vid.conf" |
	grep -oE '[a-z][a-z-]+' | sort -u)
read_by_code=$(grep -ohE 'strcmp\(key, "[a-z-]+"\)' "$VID_SRC"/libvid/{settings,policy}.c |
	sed 's/.*"\(.*\)".*/\1/' | sort -u)
nothing "vid.conf(5) and the example name every key" "$(
	[ -n "$read_by_code" ] || echo "libvid/settings.c reads no keys?"
	for key in $read_by_code; do
		grep -qE "^$key = " <<<"$conf" || echo "vid.conf(5) lacks $key"
		grep -qx "$key" <<<"$keys" || echo "conf/vid.conf lacks $key"
	done
	grep -oE '^[a-z-]+ = _' <<<"$(sed 's/[*]//g' "$VID_SRC/man/vid.conf.5.scd")" |
		sed 's/ = _//' | while read -r key; do
		grep -qx "$key" <<<"$read_by_code" || echo "$key is gone"
	done
)"

# pam_vid's arguments
nothing "pam_vid(8) names every argument of the module" "$(
	page=$(plain "$VID_SRC/man/pam_vid.8.scd")
	for word in $(grep -ohE 'strn?cmp\(argv\[i\], "[a-z_=-]+"' "$VID_SRC"/pam_vid/*.c |
		sed 's/.*"\(.*\)"/\1/'); do
		grep -q "^$word" <<<"$page" || echo "pam_vid(8) lacks $word"
	done
)"

# What an administrator copies from: the four stacks, each with its own words.
nothing "the examples of PAM stacks are commented and give the module what it knows" "$(
	page=$(plain "$VID_SRC/man/pam_vid.8.scd")
	for name in login su sudo lock-screen; do
		example=$VID_SRC/conf/pam.d/$name
		grep -q '^#' "$example" || echo "conf/pam.d/$name: missing, or without a comment"
		grep -q '^auth .*pam_vid\.so' "$example" || echo "conf/pam.d/$name has no pam_vid.so"
		for word in $(sed -n 's/^[^#]*pam_vid\.so//p' "$example"); do
			grep -q "^${word%%=*}" <<<"$page" || echo "conf/pam.d/$name: $word"
		done
	done
)"

# The map: each word of its lines stands in vid-accounts(5), and each word there in the code.
nothing "vid-accounts(5) names each word of the map, and no other" "$(
	diff <(grep -oE '\[WORD_[A-Z_]+\] = "[a-z-]+"' "$VID_SRC/libvid/accounts_words.c" |
		grep -oE '"[a-z-]+"' | tr -d '"' | sort -u) \
		<(grep -oE '\*[a-z-]+=\*' "$VID_SRC/man/vid-accounts.5.scd" | tr -d '*=' | sort -u)
)"

# The manual itself: six pages, made by scdoc without complaint.
if command -v scdoc >/dev/null; then
	nothing "the six manual pages are there and well formed" "$(
		for name in pam_vid.8 nss_vid.8 vid.1 vidd.8 vid.conf.5 vid-accounts.5; do
			scdoc <"$VID_SRC/man/$name.scd" 2>&1 >/dev/null | sed "s/^/$name: /"
			[ -s "$VID_SRC/man/$name.scd" ] || echo "$name is missing"
		done
	)"
else
	skip "the six manual pages are there and well formed" "no scdoc"
fi

# SECURITY.md: the files that it names as proof are there and speak of that promise.
nothing "SECURITY.md names a test for each promise, and the test says its number" "$(
	grep -E '^\| S[0-9]+ ' "$VID_SRC/SECURITY.md" | while IFS='|' read -r _ number _ files _; do
		number=${number// /}
		[ -n "${files// /}" ] || echo "$number: no test is named"
		for file in ${files//[,\`]/ }; do
			grep -qE "$number([^0-9]|\$)" "$VID_SRC/tests/$file" 2>/dev/null ||
				echo "$number: tests/$file does not name it"
		done
	done
)"
finish
