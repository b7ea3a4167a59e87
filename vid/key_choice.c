/* SPDX-License-Identifier: BSD-2-Clause */
/* Which credential of a key is meant, and what only it can say. */
#include <sodium.h>
#include <string.h>

#include "vid/keys.h"

#define HEX_MAX (2 * FIDO_ID_MAX)

struct bytes keys_id(const struct fido_credential *credential)
{
	return bytes_of(credential->id, credential->id_len);
}

void keys_short_hex(struct bytes id, char out[2 * KEYS_SHORT_ID + 1])
{
	cli_to_hex(bytes_of(id.at, id.len < KEYS_SHORT_ID ? id.len : KEYS_SHORT_ID), out);
}

void keys_short_id(const struct fido_credential *credential,
		   char out[2 * KEYS_SHORT_ID + 1])
{
	keys_short_hex(keys_id(credential), out);
}

static bool starts_with(const struct fido_credential *credential, const char *hex)
{
	char id[HEX_MAX + 1];

	cli_to_hex(keys_id(credential), id);
	return strncasecmp(id, hex, strlen(hex)) == 0;
}

/* What stands behind --credential, before a key is asked for its PIN. */
int keys_choice_check(const char *hex)
{
	if (!hex || (strlen(hex) >= 4 && strlen(hex) <= HEX_MAX &&
		     strspn(hex, "0123456789abcdefABCDEF") == strlen(hex)))
		return CLI_GO;
	return cli_fail(_("--credential takes the id that vid key list prints, or at "
			  "least its first 4 digits, not '%s'"),
			hex);
}

int keys_choose(const struct keys *keys, const char *hex, size_t *index)
{
	size_t fits = 0;

	for (size_t i = 0; i < keys->found.count; i++)
		if (!hex || starts_with(&keys->credential[i], hex)) {
			*index = i;
			fits++;
		}
	if (fits == 1)
		return CLI_GO;
	if (fits == 0)
		(void)cli_fail(_("this security key has no credential of that id for %s "
				 "(vid key list shows them)"),
			       keys->rps);
	else
		(void)cli_fail(_("%zu credentials of this key may be meant; say which "
				 "with --credential HEX (vid key list shows them)"),
			       fits);
	return CLI_REFUSED;
}

int keys_may_change(const struct keys *keys)
{
	if (keys->found.can & (FIDO_CAN_PIN | FIDO_CAN_VERIFY))
		return CLI_GO;
	return cli_fail(_("this security key has no PIN, and without one nothing on it "
			  "can be changed: set one with fido2-token -S /dev/hidrawN"));
}

bool keys_of(const struct keys *keys, const struct public_key *holder, size_t *index)
{
	for (size_t i = 0; i < keys->found.count; i++) {
		const struct fido_credential *from = &keys->credential[i];
		const struct assertion assertion = {
			.auth_data = bytes_of(from->auth_data, from->auth_data_len),
			.signature = bytes_of(from->signature, from->signature_len),
		};

		if (assertion_is_of(&assertion, keys->hash, holder)) {
			*index = i;
			return true;
		}
	}
	return false;
}

static int judge(const struct fido_assertion *from, const uint8_t hash[32],
		 const struct public_key *holder, const char *rp_id)
{
	const struct assertion assertion = {
		.auth_data = bytes_of(from->auth_data, from->auth_data_len),
		.signature = bytes_of(from->signature, from->signature_len),
	};
	const struct assertion_rules rules = { .hash = hash,
					       .holder = holder,
					       .rp_id = bytes_of_text(rp_id),
					       .uv = KEY_UV_PREFERRED };
	struct assertion_seen seen;
	enum vid_reason why = assertion_verify(&assertion, &rules, &seen);

	if (why == VID_OK)
		return CLI_GO;
	(void)cli_problem(why, NULL);
	return CLI_REFUSED;
}

int keys_secret(struct keys *keys, size_t index, const struct public_key *holder,
		const uint8_t salt[32], uint8_t secret[KEY_SECRET_LEN])
{
	struct fido_assertion *answer = &keys->report.assertion;
	uint8_t hash[32];
	int code;

	if (!(keys->found.can & FIDO_CAN_HMAC_SECRET))
		return cli_fail(_("this security key has no hmac-secret: it can seal "
				  "neither a face template nor a secret"));
	randombytes_buf(hash, sizeof(hash));
	code = keys_answer(keys,
			   fido_assert(&keys->fido, keys->credential[index].index, hash,
				       salt, NULL, keys_deadline(keys)),
			   FIDO_ASSERTION);
	if (code == CLI_GO)
		code = judge(answer, hash, holder, keys->credential[index].rp_id);
	if (code == CLI_GO && !answer->has_secret)
		code = cli_fail(_("this security key has no hmac-secret: it can seal "
				  "neither a face template nor a secret"));
	if (code == CLI_GO)
		memcpy(secret, answer->secret, KEY_SECRET_LEN);
	fido_report_wipe(&keys->report);
	return code;
}
