# SPDX-License-Identifier: BSD-2-Clause
# test_threads once more, with nss_vid's sources under the thread sanitizer.
# shellcheck shell=bash
: "${VID_SRC:?}" "${VID_BUILD:?}"
. "$VID_SRC/tests/lib.sh"

archive=$VID_BUILD/.libs/libvid.a
[ -f "$archive" ] || skip_all "no libvid.a was built"
nm "$archive" 2>/dev/null | grep -qE '__(asan|ubsan|tsan|sanitizer_cov)' &&
	skip_all "this build carries a sanitizer of its own"
work=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)") || exit 99
trap 'rm -rf "$work"' EXIT
mkdir "$work/box"

compiler=
for cc in gcc clang; do
	echo 'int main(void) { return 0; }' >"$work/try.c"
	"$cc" -fsanitize=thread "$work/try.c" -o "$work/try" 2>/dev/null &&
		setarch -R "$work/try" 2>/dev/null && compiler=$cc && break
done
[ -n "$compiler" ] || skip_all "no compiler here has a thread sanitizer that runs"

# what the module is made of, as its makefile has it
mapfile -t sources < <(grep -oE '\b(nss_vid|libvid)/[a-z_0-9]+\.c\b' "$VID_SRC/nss_vid/nss_vid.mk" |
	sort -u | sed "s|^|$VID_SRC/|")
libraries=$(sed -n "s/^dependency_libs='\(.*\)'/\1/p" "$VID_BUILD/libvid.la")
box=$work/box
# shellcheck disable=SC2086 # words
if said=$("$compiler" -std=gnu11 -g -O1 -fsanitize=thread -D_GNU_SOURCE -I"$VID_SRC" -I"$VID_BUILD" \
	-DSNAPSHOT_FRESH=0 -DBOX="\"$box\"" -DNSS_VID_INDEX="\"$box/accounts.cdb\"" \
	-DNSS_VID_PASSWD="\"$box/passwd\"" -DNSS_VID_GROUP="\"$box/group\"" \
	$([ $compiler = gcc ] || echo -D__SANITIZE_THREAD__) "$VID_SRC/tests/nss/test_threads.c" "${sources[@]}" "$archive" $libraries \
	-lcmocka -lpthread -o "$work/test_threads" 2>&1); then
	pass the_sources_compile_with_the_thread_sanitizer
else
	fail the_sources_compile_with_the_thread_sanitizer "$said"
	finish
	exit
fi
nm "$work/test_threads" | grep -q '__tsan_atomic' && pass and_carry_it || fail and_carry_it
said=$(TSAN_OPTIONS=halt_on_error=0:exitcode=66 setarch -R "$work/test_threads" 2>&1)
code=$?
[ "$code" = 0 ] && [[ $said != *"WARNING: ThreadSanitizer"* ]] &&
	[[ $said == *"ok 1 - threads_see_whole_versions"* ]] &&
	pass no_data_race_among_32_threads_while_the_index_is_replaced_1000_times ||
	fail no_data_race_among_32_threads_while_the_index_is_replaced_1000_times "exit $code" "$said"
grep '^# rounds' <<<"$said"
finish
