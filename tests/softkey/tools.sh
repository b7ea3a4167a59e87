#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/softkey/tools.sh DEVICE - other people's programs take a softkey for a real key:
# Debian's fido2-tools and pamu2fcfg, at a hidraw node or, with preload.so, at a socket.
# DEVICE is reset first: never let this near a key that somebody uses.
# shellcheck shell=bash
here=${BASH_SOURCE[0]%/*}
. "${VID_SRC:-$here/../..}/tests/lib.sh"
device=$1
pin=2468

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99

# ask PIN... -- COMMAND...: without a terminal these programs read the PINs from stdin
ask()
{
	local lines=()
	while [ "$1" != -- ]; do
		lines+=("$1")
		shift
	done
	shift
	# "setsid": a terminal would be asked instead. Emulated machines are slow.
	printf '%s\n' "${lines[@]}" | timeout 60 setsid -w "$@"
}

# says NAME TEXT COMMAND...: the command succeeds, and a line holds TEXT
says()
{
	local name=$1 text=$2 said
	shift 2
	if said=$("$@" 2>&1) && grep -qF -- "$text" <<<"$said"; then
		pass "$name"
	else
		fail "$name" "$said"
	fi
}

# refuses NAME TEXT COMMAND...: it fails, and says why with TEXT
refuses()
{
	local name=$1 text=$2 said
	shift 2
	if ! said=$("$@" 2>&1) && grep -qF -- "$text" <<<"$said"; then
		pass "$name"
	else
		fail "$name" "$said"
	fi
}

# make ALG RP FLAG...: a credential of ALG for RP, in files named by both
make()
{
	local alg=$1 rp=$2
	shift 2
	{
		cat challenge
		printf '%s\n' "$rp" "$alg at $rp"
		printf '%s' "user of $rp" | base64
	} >make.in
	ask "$pin" -- fido2-cred -M "$@" -i make.in -o "made.$alg.$rp" "$device" "$alg"
}

# verify ALG RP FLAG...: its attestation; keeps id and public key
verify()
{
	local alg=$1 rp=$2
	shift 2
	fido2-cred -V "$@" -i "made.$alg.$rp" -o "public.$alg.$rp" "$alg" || return
	head -n 1 "public.$alg.$rp" >"id.$alg.$rp"
	tail -n +2 "public.$alg.$rp" >"pem.$alg.$rp"
}

# assert ALG RP OUT FLAG...: with -r found by the RP alone, else by its id
assert()
{
	local alg=$1 rp=$2 out=$3
	shift 3
	rm -f "$out" # fido2-assert leaves the end of a longer one that was there
	{
		cat challenge
		echo "$rp"
		[[ " $* " == *" -r "* ]] || cat "id.$alg.$rp"
		[[ " $* " != *" -h "* ]] || cat salt
	} >assert.in
	ask "$pin" -- fido2-assert -G "$@" -i assert.in -o "$out" "$device" "$alg"
}

# The last line of an assertion is what hmac-secret gave.
same_secret()
{
	[ "$(tail -n 1 "$1")" = "$(tail -n 1 "$2")" ] &&
		[ "$(tail -n 1 "$1" | base64 -d | wc -c)" = 32 ]
}

other_secret()
{
	[ "$(tail -n 1 "$1")" != "$(tail -n 1 "$2")" ] &&
		[ "$(tail -n 1 "$2" | base64 -d | wc -c)" = 32 ]
}

for tool in fido2-token fido2-cred fido2-assert; do
	command -v $tool >/dev/null || skip_all "no $tool (Debian: fido2-tools)"
done
head -c 32 /dev/urandom | base64 >challenge
head -c 32 /dev/urandom | base64 >salt

holds a_reset_forgets_what_was_on_the_key timeout 60 fido2-token -R "$device"
info=$(timeout 60 fido2-token -I "$device" 2>&1)
says it_is_a_key_of_CTAP_2_1 "FIDO_2_1" echo "$info"
says it_tells_its_extensions "credProtect, hmac-secret, largeBlobKey" echo "$info"
says it_has_no_PIN_yet "noclientPin" echo "$info"
says it_speaks_both_protocols_of_PINs "pin protocols: 2, 1" echo "$info"

holds a_first_PIN_is_set ask 1357 1357 -- fido2-token -S "$device"
holds the_PIN_is_changed ask 1357 $pin $pin -- fido2-token -C "$device"
refuses the_old_PIN_is_void "FIDO_ERR_PIN_INVALID" ask 1357 -- fido2-token -I -c "$device"
says a_wrong_PIN_costs_a_try "pin retries: 7" timeout 60 fido2-token -I "$device"
says the_right_PIN_brings_the_tries_back "existing rk(s): 0" \
	ask $pin -- fido2-token -I -c "$device"
says the_tries_are_back "pin retries: 8" timeout 60 fido2-token -I "$device"

for alg in es256 eddsa; do
	rp=$alg.example.org
	holds "a_resident_${alg}_credential_is_made" make $alg $rp -r -b -h -c 3
	holds "its_${alg}_attestation_verifies" verify $alg $rp -h -c 3
	holds "an_${alg}_assertion_with_touch_and_PIN_is_given" \
		assert $alg $rp by.id -p -v
	holds "the_${alg}_assertion_verifies" fido2-assert -V -p -v -i by.id pem.$alg.$rp $alg
	holds "it_is_found_without_its_id_in_${alg}" assert $alg $rp by.rp -r -p -v
	holds "what_was_found_verifies_in_${alg}" \
		fido2-assert -V -p -v -i by.rp pem.$alg.$rp $alg
	holds "an_${alg}_assertion_gives_a_secret" assert $alg $rp secret.1 -h -p -v
	holds "the_assertion_with_a_secret_verifies_in_${alg}" \
		fido2-assert -V -h -p -v -i secret.1 pem.$alg.$rp $alg
	assert $alg $rp secret.2 -h -p -v >/dev/null 2>&1
	holds "one_salt_gives_one_secret_of_32_bytes_in_${alg}" same_secret secret.1 secret.2
	head -c 32 /dev/urandom | base64 >salt
	assert $alg $rp secret.3 -h -p -v >/dev/null 2>&1
	holds "another_salt_gives_another_in_${alg}" other_secret secret.1 secret.3
	holds "a_credential_that_is_not_resident_is_made_in_${alg}" \
		make $alg plain.$alg.example.org
	holds "its_attestation_verifies_too_in_${alg}" verify $alg plain.$alg.example.org
	holds "it_asserts_by_its_id_in_${alg}" assert $alg plain.$alg.example.org plain.out -p
	holds "that_verifies_in_${alg}" \
		fido2-assert -V -p -i plain.out "pem.$alg.plain.$alg.example.org" $alg
done
refuses an_assertion_of_another_credential_does_not_verify "fido_assert_verify" \
	fido2-assert -V -p -i plain.out pem.eddsa.eddsa.example.org eddsa
refuses another_RP_has_no_credential_here "FIDO_ERR_NO_CREDENTIALS" \
	assert es256 nobody.example.org none -r -p -v
refuses a_protected_credential_is_silent_without_the_PIN "FIDO_ERR_NO_CREDENTIALS" \
	assert es256 es256.example.org none -r -p

rp=es256.example.org
id=$(cat id.es256.$rp)
says the_count_of_residents "existing rk(s): 2" ask $pin -- fido2-token -I -c "$device"
says the_RPs_are_listed "eddsa.example.org" ask $pin -- fido2-token -L -r "$device"
says the_credentials_of_one_are_listed "$id" ask $pin -- fido2-token -L -k $rp "$device"
says its_public_key_is_the_one_that_was_made "$(sed -n 2p pem.es256.$rp)" \
	ask $pin -- fido2-token -I -k $rp -i "$id" "$device"
holds its_user_is_renamed ask $pin -- fido2-token -S -c -i "$id" \
	-k "$(printf 'user of %s' $rp | base64)" -n kim -p "Kim Ek" "$device"
says the_new_name_is_shown "Kim Ek" ask $pin -- fido2-token -L -k $rp "$device"

# two fragments, and a bit
head -c 2000 /dev/urandom >blob
head -c 300 /dev/urandom >other
holds a_large_blob_is_stored ask $pin -- fido2-token -S -b -n $rp blob "$device"
holds a_second_one_beside_it \
	ask $pin -- fido2-token -S -b -n eddsa.example.org other "$device"
says the_blobs_are_listed "01: " ask $pin -- fido2-token -L -b "$device"
holds the_blob_is_read ask $pin -- fido2-token -G -b -n $rp read "$device"
holds it_is_what_was_stored cmp blob read
head -c 5000 /dev/urandom >huge
refuses a_blob_that_does_not_fit_is_refused "FIDO_ERR_LARGEBLOB_STORAGE_FULL" \
	ask $pin -- fido2-token -S -b -n $rp huge "$device"
holds a_blob_is_deleted ask $pin -- fido2-token -D -b -n $rp "$device"
refuses it_is_gone "FIDO_ERR_NOTFOUND" ask $pin -- fido2-token -G -b -n $rp gone "$device"
holds the_other_one_stays \
	ask $pin -- fido2-token -G -b -n eddsa.example.org read2 "$device"
holds the_other_one_is_whole cmp other read2

holds a_credential_is_deleted ask $pin -- fido2-token -D -i "$id" "$device"
refuses nothing_of_it_is_left "FIDO_ERR_NO_CREDENTIALS" \
	ask $pin -- fido2-token -L -k $rp "$device"
refuses its_id_is_worth_nothing_now "FIDO_ERR_NO_CREDENTIALS" assert es256 $rp none -p -v

if command -v pamu2fcfg >/dev/null; then
	says pamu2fcfg_registers_it "kim:" \
		ask $pin -- pamu2fcfg -u kim -o pam://softkey -i pam://softkey
	says pamu2fcfg_registers_a_resident_one "+presence+pin" \
		ask $pin -- pamu2fcfg -u kim -r -N -o pam://softkey -i pam://softkey
else
	skip pamu2fcfg_registers_it "no pamu2fcfg"
fi

holds a_reset_is_the_end timeout 60 fido2-token -R "$device"
says after_it_there_is_no_PIN "noclientPin" timeout 60 fido2-token -I "$device"
finish
