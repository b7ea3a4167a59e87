/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/key_option.h"

#include <sodium.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/key_read.h"
#include "vid/cli.h"
#include "vid/holder.h"

#define PEM_MAX (64 * 1024) /* a certificate with its chain */

static bool is_hex(const char *text)
{
	return *text && text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

static int of_hex(const char *key, enum key_alg alg, struct public_key *out)
{
	uint8_t bytes[65];
	size_t len = 0;

	if (sodium_hex2bin(bytes, sizeof(bytes), key, strlen(key), NULL, &len, NULL) !=
		    0 ||
	    (len != 32 && alg == KEY_ED25519) ||
	    (len != 33 && len != 64 && len != 65 && alg == KEY_P256))
		return cli_fail(alg == KEY_ED25519
					? _("--key takes 64 hex digits for EdDSA, or a "
					    "PEM file")
					: _("--key takes 66, 128 or 130 hex digits for "
					    "ES256, or a PEM file"));
	if (!public_key_of_bytes(alg, bytes_of(bytes, len), out))
		return cli_fail(_("--key is not a valid %s public key"), alg_name(alg));
	return CLI_GO;
}

static int of_file(const char *path, enum key_alg alg, struct public_key *out)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = file_read_untrusted(path, PEM_MAX, &file, &problem);

	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (!public_key_of_pem(bytes_of(file.at, file.len), out))
		return cli_fail(
			_("%s: not a PEM file with an Ed25519 or P-256 public key "
			  "or certificate"),
			path);
	if (alg != KEY_NONE && alg != out->alg)
		return cli_fail(_("%s: the key is for %s, not %s"), path,
				alg_name(out->alg), alg_name(alg));
	return CLI_GO;
}

int key_option(const char *key, const char *alg, struct public_key *out)
{
	enum key_alg wanted = alg ? alg_of_name(alg) : KEY_NONE;

	if (alg && wanted == KEY_NONE)
		return cli_fail(_("--alg takes EdDSA or ES256, not '%s'"), alg);
	if (is_hex(key))
		return of_hex(key, wanted == KEY_NONE ? KEY_ED25519 : wanted, out);
	return of_file(key, wanted, out);
}
