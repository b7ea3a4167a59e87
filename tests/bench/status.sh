# SPDX-License-Identifier: BSD-2-Clause
# Bytes, seconds and peak memory of status lists, from the issuer's register to a lookup.
# One entry in a hundred is revoked, at random places.
# shellcheck shell=bash
set -u
[ $# -gt 0 ] || set -- 1000000 10000000 100000000
VID=$VID_BUILD/vid/vid BENCH=$VID_BUILD/tests/bench/bench_status
work=$(mktemp -d) || exit 1
trap 'kill "${server:-}" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
(umask 077 && echo 'correct horse battery' >word)
"$VID" issuer init --iss https://id.example.org --realm realm:e --passphrase-file word is >/dev/null
"$VID" host init --file host.key >/dev/null
key=$(sed -n 's/^public = //p' is/issuer.conf)
ec=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
openssl req -x509 "${ec[@]}" -days 2 -keyout s.key -out s.pem -subj /CN=127.0.0.1 \
	-addext subjectAltName=IP:127.0.0.1 2>/dev/null
mkdir www
exec {port_fd}< <(exec "$VID_BUILD/tests/tools/https_server" s.pem s.key www log)
server=$!
read -r -t 10 port <&"$port_fd" || exit 1
# a KiB and MiB apart are no use side by side
line()
{
	printf '%-10s %-28s %10.3f s %9d KiB  %s\n' "$1" "$2" "$3" "$4" "${5-}"
}
printf 'settings of the host: max-token = 268435456, max-inflated = 1073741824 (defaults: 4194304, 16777216)\n'
printf '[status]\nmax-token = 268435456\nmax-inflated = 1073741824\n' >vid.conf
for n in "$@"; do
	uri=https://127.0.0.1:$port/$n
	read -r s k < <("$BENCH" fill is "$uri" "$n")
	read -r s k < <("$BENCH" take is "$uri" 200)
	line "$n" "issue (200 places)" "$s" "$k"
	for bits in 1 8; do
		read -r s k < <("$BENCH" time "$VID" issuer publish --dir is --uri "$uri" \
			--passphrase-file word --bits $bits -o "www/$n")
		line "$n" "publish, $bits bit (256 MiB: Argon2id)" "$s" "$k" \
			"$(stat -c %s "www/$n") bytes"
		rm -rf trust
		"$VID" issuer trust --dir trust is/issuer.conf --as e --status-uri "$uri" >/dev/null
		read -r s k < <("$BENCH" time "$VID" status update --dir store --trust trust \
			--hostkey host.key --settings vid.conf --ca-file s.pem)
		line "$n" "fetch and verify, $bits bit" "$s" "$k"
		read -r s k < <("$BENCH" verify "www/$n" "$key")
		line "$n" "verify, $bits bit" "$s" "$k"
		read -r s k < <("$BENCH" lookup "www/$n" "$key" 1)
		line "$n" "look up the first, $bits bit" "$s" "$k"
		read -r s k < <("$BENCH" lookup "www/$n" "$key" $((n - 1)))
		line "$n" "look up the last, $bits bit" "$s" "$k"
	done
	rm -rf is/status store "www/$n"
done
