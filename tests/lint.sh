# SPDX-License-Identifier: BSD-2-Clause
# Habits that a reader can check, so a machine does: calls that code running as root does
# not make, comparisons of secrets, licences, sizes.
# shellcheck shell=bash
. "$VID_SRC/tests/lib.sh"
cd "$VID_SRC" || exit 1

rooms="libvid pam_vid nss_vid sensors vidd vid"
# shellcheck disable=SC2086
product=$(find $rooms -name '*.[ch]' -o -name '*.cpp' | sort)

# calls REGEX: where product code makes such a call, comments and texts aside
calls()
{
	# shellcheck disable=SC2086
	grep -nHE "(^|[^A-Za-z0-9_])($1)[[:space:]]*\(" $product |
		grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/?\*|//)' |
		grep -vE "\"[^\"]*($1)\([^\"]*\""
}

[ -n "$product" ] || skip_all "no sources here"
nothing "no_shell_is_called" "$(calls 'system|popen|wordexp')"
nothing "no_call_writes_without_a_length" \
	"$(calls 'strcpy|strcat|sprintf|vsprintf|gets|stpcpy|alloca')"
nothing "nothing_reads_the_environment_S29" "$(calls 'getenv|secure_getenv|setenv|putenv')"
nothing "no_weak_randomness" "$(calls 'rand|random|srand|srandom|drand48|mrand48')"
nothing "no_temporary_name_without_a_file" "$(calls 'tmpnam|tempnam|mktemp')"
# Public bytes may be compared with memcmp through bytes_equal; what is secret or decides
# about a secret goes through sodium_memcmp. A line that must differ says "public".
nothing "digests_nonces_and_macs_are_compared_in_constant_time_S27" "$(
	calls memcmp | grep -iE 'mac|digest|nonce|secret|key|hash|seed|salt|pass' |
		grep -vE "public|kid"
)"
nothing "every_file_names_its_licence" "$(
	# shellcheck disable=SC2086
	grep -LE 'SPDX-License-Identifier: BSD-2-Clause' $product
)"
nothing "every_file_has_at_most_800_lines" "$(
	# shellcheck disable=SC2086
	wc -l $product | awk '$2 != "total" && $1 > 800'
)"
nothing "nothing_but_libvid_and_sensors_opens_a_device_for_the_modules" "$(
	grep -nE '#include <(opencv|zbar|libudev|linux/videodev2|sodium|openssl)' \
		pam_vid/*.[ch] nss_vid/*.[ch] 2>/dev/null
)"
nothing "the_rules_ask_nobody_and_open_no_device" "$(
	grep -nE '#include <(security/|linux/videodev2|libudev|zbar|opencv)' libvid/*.[ch]
)"
# A path of the command line is written to through output_folder.h and files.h alone, which
# follow no symbolic link of another user. The others write in folders that are opened as
# trusted, or whose path is compiled in.
nothing "outputs_are_opened_in_one_place_S33" "$(
	{
		calls 'mkdir|rename|link|creat|mkstemp|mkostemp|mkdtemp|symlink'
		calls 'open' | grep -E 'O_CREAT|O_WRONLY|O_RDWR'
		calls 'fopen' | grep -vE '"re?"'
	} | grep -vE '^(libvid/output_folder\.c|vidd/session(s)?\.c|pam_vid/slot\.c):' |
		grep -v '"/dev/\(null\|tty\)"' | grep -v '^sensors/fido/keys\.c:.*node'
)"
# hidden_fields FILE...: calls that print a field of an issuer's file, a model card, a token,
# a key or a camera, or a path, and escape it neither by PRINTABLE nor by cli_fail. A call is
# joined to one line first.
hidden_fields()
{
	awk 'FNR == 1 { call = "" }
		call == "" && /(^|[^a-z_])(printf|fprintf|dprintf|vprintf|puts|fputs|syslog)\(/ {
			call = " "; at = FNR; depth = 0 }
		call != "" {
			line = $0
			gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
			call = call " " line
			depth += gsub(/\(/, "(", line) - gsub(/\)/, ")", line)
			if (depth <= 0) {
				while (match(call, /PRINTABLE\([^()]*\)/))
					call = substr(call, 1, RSTART - 1) substr(call, RSTART + RLENGTH)
				print FILENAME ":" at ":" call
				call = ""
			} }' "$@" |
		sed 's/model->output)/)/' |
		grep -E '(->|\.)(iss|realm|rp_id|licence|source|url|uri|status_uri|detector|driver|output|path)([,)]|$| :)|(model|device|issuer)(->|\.)(id|name|alias)([,)]|$| :)|operands\[[0-9]+\]([,) ]|$)|[ (](path|dir|folder|public_path|uri)([,)]|$)'
}
# Files that are written for vid to read hold what was checked on the way in.
nothing "text_from_outside_is_printed_escaped_S67" "$(
	hidden_fields vid/*.c vidd/*.c pam_vid/*.c nss_vid/*.c sensors/*/*.c
)"
planted=$(mktemp -d) || exit 99
printf '\tprintf(_("%%s: %%s\\n"), PRINTABLE(issuer->alias),\n\t       issuer->iss);\n' >"$planted/a.c"
printf '\tputs(model->licence);\n' >"$planted/b.c"
printf '\tsyslog(LOG_ERR, "cannot read %%s", path);\n' >"$planted/c.c"
nothing "a_planted_line_that_escapes_nothing_is_found" "$(
	for file in "$planted"/*.c; do
		[ -n "$(hidden_fields "$file")" ] || cat "$file"
	done
)"
rm -r "$planted"
# systemd cannot look into openat2's arguments, and so takes the whole call away.
nothing "no_unit_takes_away_the_call_that_opens_trusted_files_S33" "$(
	grep -n '^RestrictSUIDSGID=yes' conf/systemd/*
)"
# Outside its namespace such a test would change the machine that it runs on.
nothing "a_test_with_a_private_etc_makes_sure_of_it_first" "$(
	for file in $(grep -rl '/tests/host/private.sh"' tests --include='*.sh'); do
		[ "$file" = tests/lint.sh ] || [ "$(grep -v '^#' "$file" | head -n 3)" = ": \"\${VID_SRC:?}\" \"\${VID_BUILD:?}\"
. \"\$VID_SRC/tests/host/private.sh\" || exit 99
on_private_host || exit 99" ] || [ "$file" = tests/host/private.sh ] || echo "$file"
	done
)"
nothing "shell_scripts_parse" "$(
	for file in tests/check tests/demo tests/*.sh tests/walk/run tests/walk/*.sh .ci/run \
		tests/e2e/{build,machine.sh} tests/e2e/*/{run,guest,*.sh}; do
		[ ! -f "$file" ] || bash -n "$file" 2>&1
	done
)"
finish
