# SPDX-License-Identifier: BSD-2-Clause
# The German translation: well formed, whole where a person at a login reads it, and found
# by the program.
# shellcheck shell=bash
. "$VID_SRC/tests/tools/common.sh"
command -v msgfmt >/dev/null && command -v xgettext >/dev/null || skip_all "gettext is missing"
cd "$VID_SRC" || exit 99

# A constant beside a sentence is no part of what xgettext finds: it would stay English.
nothing no_sentence_is_put_together_from_constants \
	"$(grep -nE '_\("[^"]*"( "[^"]*")* *[A-Z]{4}' vid/*.[ch] vidd/*.c pam_vid/*.c)"
holds german_formats_agree_with_the_english_ones msgfmt -c -o "$work/vid.mo" po/de.po
nothing no_german_sentence_is_a_guess "$(msgattrib --only-fuzzy po/de.po)"
# The sentences of the table of reasons, and those that vidd says.
ls vidd/*.c pam_vid/*.c libvid/reason.h libvid/challenge.c sensors/camera/client.c sensors/fido/client.c 2>/dev/null >"$work/files"
xgettext --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=X:4,4t \
	-o "$work/login.pot" -f "$work/files"
xgettext --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ -o "$work/tools.pot" vid/*.c vid/*.h
total=$(grep -c '^msgid' "$work/login.pot")
[ "$total" -gt 70 ] && pass sentences_of_a_login_are_found_in_the_sources ||
	fail sentences_of_a_login_are_found_in_the_sources "$total"
# A new English sentence may wait for its translator; a forgotten catalogue may not.
missing=$(msgcmp po/de.po "$work/login.pot" 2>&1 | grep -c 'not defined\|untranslated')
[ $((missing * 20)) -le "$total" ] && pass a_login_speaks_German ||
	fail a_login_speaks_German "$missing of $total sentences are missing"
for part in login tools; do
	msgcmp po/de.po "$work/$part.pot" 2>&1 | grep 'not defined\|untranslated' |
		sed 's/^/# not translated yet: /'
done
finish
