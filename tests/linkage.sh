# SPDX-License-Identifier: BSD-2-Clause
# What the built files are linked with and hardened by (S38, S46, S56). A login's modules
# live inside other people's programs: whatever they pull in, su and sshd pull in.
# shellcheck shell=bash
. "$VID_SRC/tests/lib.sh"

# built NAME: where libtool or the linker put it
built()
{
	find "$VID_BUILD" -name "$1" -type f ! -name '*.la' ! -path '*/inst/*' \
		! -path "$VID_BUILD/vid-*/*" -size +4k | head -n 1
}

needed()
{
	readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

exported()
{
	nm -D --defined-only "$1" | awk '{print $3}' | sed 's/@.*//'
}

command -v readelf nm strings >/dev/null || skip_all "no binutils"
pam=$(built pam_vid.so) nss=$(built 'libnss_vid.so.2*') programs=()
for name in vid vidd vid-camera vid-fido vid-parse vidd-listen vid-sweep; do
	file=$(find "$VID_BUILD" -name "$name" -type f -perm -u+x ! -path '*/inst/*' ! -path '*/tests/*' |
		while read -r file; do
			head -c 4 "$file" | grep -q ELF && echo "$file"
		done | head -n 1)
	[ -n "$file" ] && programs+=("$file")
done
nothing "all nine parts are built" "$(
	[ -n "$pam" ] || echo "no pam_vid.so"
	[ -n "$nss" ] || echo "no libnss_vid.so.2"
	[ ${#programs[@]} = 7 ] || echo "of the seven programs only: ${programs[*]}"
)"

sanitized=
for file in $pam $nss "${programs[@]}"; do
	nm -D "$file" | grep -qE '__(asan|ubsan|tsan|sanitizer_cov)' && sanitized=yes
done

if [ -n "$sanitized" ]; then
	skip "linkage and hardening" "this build carries a sanitizer"
else
	[ -z "$pam" ] || {
		nothing "pam_vid_needs_libpam_and_libc_alone" "$(needed "$pam" |
			grep -vxE 'libpam\.so\.0|libc\.so\.6|ld-linux.*')"
		nothing "pam_vid_exports_the_six_entries_alone_S46" "$(diff <(exported "$pam" |
			sort) <(printf 'pam_sm_%s\n' acct_mgmt authenticate chauthtok \
			close_session open_session setcred))"
		nothing "pam_vid_reads_no_environment_S29" "$(nm -D --undefined-only "$pam" |
			grep -E '\b(secure_)?getenv\b')"
		# gettext reads LANGUAGE of the program around us, bindtextdomain changes its state.
		nothing "pam_vid_has_no_gettext_and_sets_no_locale_S29_S31" "$(nm -D \
			--undefined-only "$pam" | grep -E \
			'\b([dc]*n?gettext|bindtextdomain|bind_textdomain_codeset|textdomain|newlocale|uselocale)\b')"
	}
	[ -z "$nss" ] || {
		nothing "libnss_vid_needs_libc_alone_S46" "$(needed "$nss" |
			grep -vxE 'libc\.so\.6|ld-linux.*')"
		nothing "libnss_vid_exports_nss_entries_alone_S46" "$(exported "$nss" |
			grep -v '^_nss_vid_')"
		nothing "libnss_vid_opens_no_socket_takes_no_lock_S46" "$(nm -D \
			--undefined-only "$nss" | grep -E \
			'\b(socket|connect|getenv|secure_getenv|pthread_mutex_lock|fork|execve?|signal|sigaction)\b')"
	}
	# What parses too much for its place: FACE.md and TOKEN.md say why.
	nothing "no_program_needs_libcbor_or_more_of_OpenCV_than_core_imgproc_dnn" "$(
		for file in "${programs[@]}"; do
			needed "$file" | grep -E '^lib(cbor|opencv_)' |
				grep -vE '^libopencv_(core|imgproc|dnn)\.' | sed "s|^|${file##*/}: |"
		done
	)"
	nothing "only_vid_fido_needs_libfido2_S5" "$(
		for file in "${programs[@]}"; do
			[ "${file##*/}" = vid-fido ] || needed "$file" | grep '^libfido2' |
				sed "s|^|${file##*/}: |"
		done
	)"
	listener=$(printf '%s\n' "${programs[@]}" | grep '/vidd-listen$')
	nothing "vidd_listen_needs_libc_alone_S62" "$(needed "$listener" |
		grep -vxE 'libc\.so\.6|ld-linux.*')"
	nothing "vidd_listen_reads_no_connection_S62" "$(nm -D --undefined-only "$listener" |
		grep -E '\b(read|readv|recvmsg|recvfrom|fread|getenv|exec[a-z]*|fork)\b')"
	parser=$(printf '%s\n' "${programs[@]}" | grep '/vid-parse$')
	nothing "vid_parse_opens_no_device_and_no_network_S59" "$(needed "$parser" |
		grep -E '^lib(udev|fido2|zbar|opencv_|systemd|curl)')"
	for file in $pam $nss "${programs[@]}"; do
		name=${file##*/}
		flags=$(readelf -dlW "$file")
		nothing "${name}_is_hardened_S56" "$(
			grep -q GNU_RELRO <<<"$flags" || echo "no RELRO"
			grep -qE 'BIND_NOW|Flags:.*NOW' <<<"$flags" || echo "no BIND_NOW"
			grep -E 'GNU_STACK.*E' <<<"$flags" | sed 's/^/executable stack: /'
			grep -qE 'TEXTREL|RPATH|RUNPATH' <<<"$flags" && echo "TEXTREL or RPATH"
			readelf -hW "$file" | grep -q 'Type: *DYN' || echo "not position-independent"
			nm -D "$file" | grep -q __stack_chk_fail || echo "no stack protector"
		)"
	done
	if (cd "$VID_BUILD" && ./config.status --config) | grep -q -- '-O0'; then
		skip "FORTIFY_SOURCE" "built with -O0"
	else
		for file in "${programs[@]}"; do
			name=${file##*/}
			holds "${name}_uses_checked_libc_calls_S56" \
				grep -qE '_chk(@|$)' <(nm -D --undefined-only "$file")
		done
	fi
fi

# At a login no pixel leaves the sensor: nothing in vidd can ask for one.
vidd=$(printf '%s\n' "${programs[@]}" | grep '/vidd$')
nothing "vidd_cannot_ask_for_a_pixel" \
	"$(nm "$vidd" 2>/dev/null | grep -E 'camera_(open_preview|preview_read)')"

# S38: the camera that plays files is there only when it was asked for, and says so.
vid=$(printf '%s\n' "${programs[@]}" | grep '/vid$')
camera=$(printf '%s\n' "${programs[@]}" | grep 'camera$')
if grep -q 'define VID_TEST_SOURCES' "$VID_BUILD/config.h"; then
	holds "a_build_with_test_sources_says_so_S38" \
		grep -q '^test sources: yes' <("$vid" --version)
	# make install into the system: asked of make without running anything
	said=$(make -C "$VID_BUILD" refuse-test-sources DESTDIR= libexecdir=/usr/libexec 2>&1)
	holds "its_installation_into_the_system_is_refused_S38" \
		grep -q '^refused: this build has test sources' <<<"$said"
	for target in install install-exec-am install-vidlibexecPROGRAMS; do
		nothing "make_${target}_asks_before_it_copies_S38" "$(
			make -C "$VID_BUILD" -n $target DESTDIR= libexecdir=/usr/libexec 2>&1 |
				awk '/refused: this build/ { asked = 1 }
				/mode=install|install -c/ && !asked { print; exit }
				END { if (!asked) print "it does not ask" }'
		)"
	done
	holds "its_installation_into_a_folder_of_a_test_is_not_refused_S38" \
		make -s -C "$VID_BUILD" refuse-test-sources DESTDIR=/tmp/somewhere
elif [ -n "$vid" ] && [ -n "$camera" ]; then
	nothing "a_release_says_nothing_of_test_sources_S38" \
		"$("$vid" --version | grep -i 'test sources: yes')"
	nothing "a_release_has_no_test_source_S38" "$(
		for file in $pam $nss "${programs[@]}"; do
			strings -n 5 "$file" | grep -E '^test:' | sed "s|^|${file##*/}: |"
		done
		nm "$camera" 2>/dev/null | grep -iE '\b[a-z_]*test_?source'
	)"
fi
finish
