# SPDX-License-Identifier: BSD-2-Clause
# A login in which one system call, one allocation, the caller or the conversation fails:
# it never succeeds where it must be refused, and no phase ever answers PAM_IGNORE (S36).
#
#   FAULT_RUNS=N   calls drawn for each program of each scenario (default 25); 0: every call
#   FAULT_SEED=N   the draw (default: from the commit, so that every commit tries others)
#   FAULT_PLANTED=yes  build a module and a vidd with a planted error that lets people in;
#                  the harness must report it
# shellcheck shell=bash
. "$VID_SRC/tests/key/stage.sh"
for program in fault login_app; do
	[ -x "$VID_BUILD/tests/fault/$program" ] || skip_all "tests/fault/$program is not built"
done
runs=${FAULT_RUNS:-25}
seed=${FAULT_SEED:-$((16#$(git -C "$VID_SRC" rev-parse --short=7 HEAD 2>/dev/null || echo 1)))}
echo "# seed $seed, $runs runs for each program of each scenario"
errnos=EIO,ENOENT,ENOMEM,EACCES,EMFILE,EINTR,EBADF,ENOSYS
total=0

# --- the PAM stack: an IGNORE of ours becomes a code of its own -------------------------------
stack() # NAME MODULE
{
	local type
	for type in auth account session; do
		echo "$type [success=done ignore=ignore default=die] $2"
		# FAULT_IGNORED of fault.c; setcred of a login that is not ours may be ignored
		echo "$type required pam_debug.so auth=authtok_lock_busy cred=cred_err acct=authtok_lock_busy" \
			"open_session=authtok_lock_busy close_session=authtok_lock_busy"
	done >"pam.d/$1"
}
stack fault "$module"

# --- whose key and whose proof it is ------------------------------------------------------------
enrol kims --pin "$PIN"
"$VID" account map "$subject@example" games >/dev/null 2>&1 &&
	"$VID" account map "$(head -c 16 /dev/zero | base64 | tr '+/' '-_' | tr -d =)@example" man >/dev/null 2>&1 &&
	"$VID" account compile >/dev/null ||
	{ echo "# no map"; exit 99; }
mkdir stick
{
	"$VID" wallet init --passphrase-file word wallet &&
		"$VID" issuer issue --dir iss --to wallet.pub --sub "$subject" --passphrase-file word -o wallet.vid
} >prepared 2>&1 || { cat prepared; exit 99; }
host=$("$VID" host show --json | sed -n 's/.*"host_id": *"\([^"]*\)".*/\1/p')
cat >proof <<END
#!/bin/sh
rm -f $work/stick/*
exec $VID wallet show --passphrase-file $work/word --token $work/wallet.vid --host $host \
	-o $work/stick/proof.vid --wallet $work/wallet >$work/prepared 2>&1
END
cat >trust <<END
#!/bin/sh
# The issuer is trusted, and the policy is what it was.
cp $work/issuer.kept $conf/issuers.d/example.conf && cp $work/vid.conf.kept $conf/vid.conf
END
printf '#!/bin/sh\nrm %s\n' "$conf/issuers.d/example.conf" >drop
printf '#!/bin/sh\nprintf "[policy]\\nenabled = no\\n" >%s\n' "$conf/vid.conf" >off
chmod 755 proof trust drop off
cp "$conf/issuers.d/example.conf" issuer.kept

policy() # PRESENT
{
	settings
	sed -i "s/^present = key/present = $1/" "$conf/vid.conf"
	printf '[carriers]\nfolders = %s\n' "$work/stick" >>"$conf/vid.conf"
	cp "$conf/vid.conf" vid.conf.kept
	plug kims
	does kims touch
}

# fails NAME ROLE EXPECT OPTION... -- ARGUMENT...: no single failed call changes what is right
fails()
{
	local name=$1 role=$2 expect=$3 options=() said
	shift 3
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	said=$("$VID_BUILD/tests/fault/fault" --role "$role" --expect "$expect" --errno "$errnos" \
		--sample "$runs" --seed "$seed" --result "$work/result" \
		--clean "$state/attempts" --clean "$state/replay" \
		--clean "$state-anchor" --remove "$state/anchored" \
		"${options[@]}" -- "$VID_BUILD/tests/fault/login_app" "$@" \
		"$work/pam.d" "${service:-fault}" "$work/result" 2>&1)
	if [ $? = 0 ]; then
		pass "$name"
	else
		fail "$name" "$said"
	fi
	said=$(grep ^runs= <<<"$said")
	echo "# ${said:-no runs}"
	said=${said#runs=}
	total=$((total + ${said%% *}))
}

kim=(--user games --pin "$PIN") other=(--user man --pin "$PIN")
if [ -z "${FAULT_PLANTED:-}" ]; then
	policy key
	for role in login_app vidd vid-fido; do
		fails "no_failed_call_of_${role}_opens_another_account_with_a_key_S36" $role refused -- "${other[@]}"
		does kims noup
		fails "no_failed_call_of_${role}_opens_an_account_without_a_touch_S36" $role refused -- "${kim[@]}"
		does kims badsig
		fails "no_failed_call_of_${role}_opens_an_account_with_a_bad_signature_S36" $role refused -- "${kim[@]}"
		does kims touch
		fails "no_failed_call_of_${role}_makes_a_right_login_IGNORE_S36" $role granted -- "${kim[@]}"
	done
	policy file
	for role in login_app vidd; do
		fails "no_failed_call_of_${role}_opens_another_account_with_a_file_S36" $role refused \
			--prepare ./proof --every 20 -- --user man
		fails "no_failed_call_of_${role}_makes_a_right_login_by_file_IGNORE_S36" $role granted \
			--prepare ./proof --every 20 -- --user games
	done
fi
policy key
if [ -n "${FAULT_PLANTED:-}" ]; then
	install -m 755 "$VID_BUILD/tests/fault/vidd_planted" "$libexec/vidd" || exit 99
fi
for role in login_app vidd; do
	if [ -n "${FAULT_PLANTED:-}" ]; then
		[ $role = vidd ] || continue
	else
		fails "no_failed_call_of_${role}_passes_the_account_phase_without_the_issuer_S40" $role acct \
			--phases 4 --prepare ./trust -- "${kim[@]}" --between "$work/drop"
	fi
	fails "no_failed_call_of_${role}_passes_the_account_phase_of_a_policy_that_is_off_S40" $role acct \
		--phases 4 --prepare ./trust -- "${kim[@]}" --between "$work/off"
	./trust
done
echo "# $total runs with one failed system call"

# --- the caller is killed or stopped: nothing of the login stays behind ----------------------
few=$(((runs + 4) / 5))
declare -A ended=([kill]=killed [stop]=stopped)
if [ -z "${FAULT_PLANTED:-}" ]; then
	calls=$runs
	policy key
	does kims hang # the login waits for a touch
	# The question whether a virtual ID is wanted waits for VID_DEADLINE_MAX.
	longest=$(sed -n 's/^#define VID_DEADLINE_MAX *\([0-9]*\).*/\1/p' "$VID_SRC/libvid/limits.h")
	for end in kill stop; do
		runs=$few
		fails "a_caller_that_is_${ended[$end]}_leaves_no_process_S50" login_app refused \
			--end $end --phases 1 --patience $((longest + 5)) -- "${kim[@]}"
	done
	runs=$calls
	does kims touch
fi

# --- descriptors and conversations ---------------------------------------------------------------
# app ARGUMENT...: the application alone; its codes are in $codes
app()
{
	rm -f result
	find "$state/attempts" "$state/replay" -type f -delete
	marks_afresh
	timeout -k 1 $((DEADLINE + 10)) "$VID_BUILD/tests/fault/login_app" "$@" \
		"$work/pam.d" "${service:-fault}" "$work/result" >said 2>&1
	codes=$(cat result 2>/dev/null)
}
right() # NAME PATTERN
{
	[[ "$codes" =~ $2 ]] && pass "$1" || fail "$1" "wanted $2, got '$codes'" "$(cat said)"
}
if [ -z "${FAULT_PLANTED:-}" ]; then
	app "${kim[@]}" --no-descriptors
	right a_caller_without_descriptors_logs_in_S31 '^auth=0 .*acct=0 '
	app "${other[@]}" --no-descriptors
	right a_caller_without_descriptors_opens_no_other_account_S39 '^auth=([1-9]|1[0-9]|2[0-7]) cred=[1-9]'
	for kind in null fail none long newline escape; do
		plug kims # with all its PIN tries
		app --user games --conv "$kind"
		right "a_conversation_that_answers_${kind}_is_refused_S30" '^auth=([1-9]|1[0-9]|2[0-7]) cred=[1-9]'
	done
	policy file
	for kind in null fail none; do
		./proof
		app --user man --conv "$kind"
		right "a_conversation_that_answers_${kind}_opens_no_other_account_S39" '^auth=([1-9]|1[0-9]|2[0-7]) cred=[1-9]'
	done
	policy key
fi

# --- one allocation fails ------------------------------------------------------------------------
# alloc NAME PROGRAM WANTED ARGUMENT...: the codes never match what must not be
alloc()
{
	local name=$1 program=$2 never=$3 most n bad=
	shift 3
	echo "$program 0" >alloc
	plug kims
	LD_PRELOAD=$work/fail_alloc.so FAIL_ALLOC_FILE=$work/alloc app "$@"
	most=$(od -An -t d8 -N 8 alloc.count 2>/dev/null || echo 0)
	[ "$most" -gt 0 ] || { fail "$name" "no allocation was counted" "$(cat said)"; return; }
	local count=$most
	[ "$runs" = 0 ] || [ "$runs" -gt "$most" ] || count=$runs
	for ((i = 0; i < count; i++)); do
		n=$((count == most ? i + 1 : (seed * 7919 + i * 104729) % most + 1))
		echo "$program $n" >alloc
		LD_PRELOAD=$work/fail_alloc.so FAIL_ALLOC_FILE=$work/alloc app "$@"
		[[ ! "$codes" =~ $never ]] || bad+="allocation $n: $codes"$'\n'
	done
	nothing "$name" "$bad"
	echo "# allocations=$most runs=$count"
	allocations=$((allocations + count))
}
allocations=0
if [ -z "${FAULT_PLANTED:-}" ] && ! grep -q '^CFLAGS = .*fsanitize' "$VID_BUILD/Makefile" &&
	${CC:-cc} -D_GNU_SOURCE -shared -fPIC -O1 -o fail_alloc.so "$VID_SRC/tests/fault/fail_alloc.c" -ldl 2>cc.err; then
	ignored='=22( |$)'
	alloc no_failed_allocation_of_the_caller_opens_another_account_S36 login_app "auth=0|cred=0|$ignored" "${other[@]}"
	alloc no_failed_allocation_of_the_caller_makes_a_right_login_IGNORE_S36 login_app "$ignored" "${kim[@]}"
	# vidd starts with an empty environment (S29): a script in its place gives it the library
	mv "$libexec/vidd" "$libexec/vidd.real"
	printf '#!/bin/sh\nLD_PRELOAD=%s FAIL_ALLOC_FILE=%s exec %s\n' "$work/fail_alloc.so" "$work/alloc" \
		"$libexec/vidd.real" >"$libexec/vidd"
	chmod 755 "$libexec/vidd"
	chmod 666 alloc
	alloc no_failed_allocation_of_vidd_opens_another_account_S36 vidd.real "auth=0|cred=0|$ignored" "${other[@]}"
	alloc no_failed_allocation_of_vidd_makes_a_right_login_IGNORE_S36 vidd.real "$ignored" "${kim[@]}"
	mv "$libexec/vidd.real" "$libexec/vidd"
	echo "# $allocations runs with one failed allocation"
elif [ -z "${FAULT_PLANTED:-}" ]; then
	skip no_failed_allocation_opens_an_account_S36 "a sanitizer allocates by itself, or: $(cat cc.err 2>/dev/null)"
fi
finish
