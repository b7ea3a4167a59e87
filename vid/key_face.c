/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/key_face.h"

#include <sodium.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/key_blob.h"
#include "vid/cli.h"

int key_face_check(const struct stored *stored, const char *account,
		   const struct token *token)
{
	uint8_t seed[32];

	if (!stored->any || stored->broken) {
		(void)cli_fail(stored->any ? _("the face that is enrolled for %s cannot "
					       "be read")
					   : _("no face is enrolled for %s"),
			       account);
		return CLI_REFUSED;
	}
	if (token->face.present &&
	    bytes_equal(token->face.digest, /* public */
			bytes_of(stored->digest, sizeof(stored->digest)))) {
		bool carried = template_salt_seed(stored->salt, seed);

		sodium_memzero(seed, sizeof(seed));
		if (carried)
			return CLI_GO;
		(void)cli_fail(_("the face of %s was enrolled by an older version, in a "
				 "form that only this host can use: enrol it anew (vid "
				 "face enroll --replace) and have the token issued with "
				 "it"),
			       account);
		return CLI_REFUSED;
	}
	(void)cli_fail(token->face.present
			       ? _("the token names another face than the one that is "
				   "enrolled for %s here")
			       : _("the token names no face, so that of %s would never "
				   "count: it has to be issued with --face"),
		       account);
	return CLI_REFUSED;
}

static int seal(const struct stored *stored, const struct token *token,
		const uint8_t secret[KEY_SECRET_LEN], struct buffer *to)
{
	AUTO(key_template_wipe)
	struct key_template from = { .template = stored->template };
	enum vid_reason why;

	memcpy(from.salt, stored->salt, sizeof(from.salt));
	to->len = 0;
	why = key_template_seal(&from, &token->holder, secret, to);
	if (why == VID_OK && to->full)
		why = VID_INTERNAL;
	return why == VID_OK ? CLI_GO : cli_problem(why, NULL);
}

int key_face_size(const struct stored *stored, const struct token *token, size_t *size)
{
	const uint8_t nobody[KEY_SECRET_LEN] = { 0 };
	uint8_t room[KEY_TEMPLATE_MAX];
	struct buffer to = buffer_of(room, sizeof(room));
	int code = seal(stored, token, nobody, &to);

	*size = to.len;
	sodium_memzero(room, sizeof(room)); /* anybody could open it */
	return code;
}

int key_face_seal(const struct stored *stored, const struct token *token,
		  struct keys *keys, size_t index, struct buffer *to)
{
	uint8_t salt[32], secret[KEY_SECRET_LEN];
	int code;

	key_template_salt(salt);
	code = keys_secret(keys, index, &token->holder, salt, secret);
	if (code == CLI_GO)
		code = seal(stored, token, secret, to);
	sodium_memzero(secret, sizeof(secret));
	return code;
}
