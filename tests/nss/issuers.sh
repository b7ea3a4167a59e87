# SPDX-License-Identifier: BSD-2-Clause
# Issuers for a host of a test's own, as first_login.c has them. To be sourced.
# shellcheck shell=bash
# trusted DIR ALIAS: the issuer https://ALIAS.example.org is trusted as ALIAS
trusted()
{
	mkdir -p "$1" && cat >"$1/$2.conf" <<END
[issuer]
iss = https://$2.example.org
realm = realm:x
alias = $2
[key 5c77d7fd8f51ed0c]
alg = EdDSA
public = d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
END
}
