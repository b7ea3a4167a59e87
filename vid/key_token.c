/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/key_token.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libvid/claims.h"
#include "libvid/cleanup.h"
#include "libvid/presentation.h"
#include "libvid/printable.h"
#include "vid/carrier.h"
#include "vid/cli.h"

/* What it says of itself; nobody has to believe it. */
static bool read_unverified(struct bytes message, struct token *out)
{
	struct token token = { .raw = message };
	struct cbor claims, cnf, key;
	struct cose_sign1 cose;

	if (message.len > VID_TOKEN_MAX ||
	    cose_open(message, COSE_CLAIMS, &cose) != VID_OK || cose.has_kcwt)
		return false;
	token.claims = cose.payload;
	claims = cbor_of(token.claims);
	if (!claim_text(&claims, CLAIM_ISS, &token.iss) ||
	    !claim_time(&claims, CLAIM_EXP, &token.exp) ||
	    !cbor_find_int(&claims, CLAIM_CNF, &cnf) ||
	    !cbor_find_int(&cnf, CNF_COSE_KEY, &key) ||
	    !cose_key_read(&key, &token.holder) || token_face_form(&token) != VID_OK)
		return false;
	(void)claim_text(&claims, CLAIM_RP_ID, &token.rp_id);
	(void)claim_text(&claims, CLAIM_SUB, &token.sub);
	*out = token;
	return true;
}

void key_token_judge(struct bytes message, const struct issuers *trusted,
		     struct key_token *out)
{
	const struct token_rules rules = { .trust = trusted,
					   .now = (int64_t)time(NULL),
					   .skew = VID_SKEW_DEFAULT };
	struct token verified;

	*out = (struct key_token){ .why = token_verify(message, &rules, &verified) };
	if (out->why == VID_OK)
		out->why = token_face_form(&verified);
	out->readable = read_unverified(message, &out->token);
	if (out->why == VID_OK)
		out->token = verified;
	else if (out->why == VID_ISS_UNKNOWN && !out->readable)
		out->why = VID_CLAIMS;
}

static int refused(const char *path, enum vid_reason why)
{
	(void)cli_fail(_("%s is no token for a key here (step %d): %s"), path,
		       reason_step(why), _(reason_sentence(why)));
	return CLI_REFUSED;
}

static int fits_keys(const char *path, struct bytes message,
		     const struct key_token *token)
{
	struct cose_sign1 cose;

	if (cose_open(message, COSE_CLAIMS, &cose) == VID_OK && cose.has_kcwt)
		return cli_fail(_("%s is a presentation, which counts for a minute; a "
				  "key carries the token itself"),
				path);
	if (token->why != VID_OK && token->why != VID_ISS_UNKNOWN)
		return refused(path, token->why);
	if (token->token.rp_id.len == 0 || token->token.rp_id.len > VID_RP_ID_MAX) {
		(void)cli_fail(_("%s was not issued to a security key (vid key enroll "
				 "makes the file for vid issuer issue --to)"),
			       path);
		return CLI_REFUSED;
	}
	if (token->why == VID_ISS_UNKNOWN)
		cli_warn(_("the issuer of %s is not trusted here: its signature was not "
			   "checked"),
			 path);
	return CLI_GO;
}

int key_token_read(const char *path, const struct issuers *trusted, struct buffer *room,
		   struct key_token *out)
{
	AUTO(blob_free) struct blob carrier = { 0 };
	uint8_t decoded_at[VID_KBT_MAX];
	struct buffer decoded = buffer_of(decoded_at, sizeof(decoded_at));
	struct bytes message;
	enum vid_reason why;
	int code = carrier_read(path, &carrier);

	if (code != CLI_GO)
		return code;
	why = presentation_decode(bytes_of(carrier.at, carrier.len), &decoded, &message);
	if (why != VID_OK)
		return refused(path, why);
	room->len = 0;
	buffer_add(room, message.at, message.len);
	if (room->full)
		return refused(path, VID_TOKEN_TOO_LARGE);
	key_token_judge(buffer_bytes(room), trusted, out);
	return fits_keys(path, buffer_bytes(room), out);
}

const char *key_token_verdict(const struct key_token *token)
{
	return token->why == VID_OK ? "valid" : reason_name(token->why);
}

void key_token_text(const struct key_token *token, char *to, size_t size)
{
	char iss[VID_ISS_MAX + 1], until[64];

	if (!token->readable || !bytes_to_text(token->token.iss, iss, sizeof(iss))) {
		(void)snprintf(to, size, _("something that is no token (%s)"),
			       _(reason_sentence(token->why)));
		return;
	}
	cli_time(token->token.exp, until);
	if (token->why == VID_OK)
		(void)snprintf(to, size, _("a token of %s, until %s"), PRINTABLE(iss),
			       until);
	else
		(void)snprintf(to, size,
			       _("a token of %s, until %s, which does not "
				 "count here: %s"),
			       PRINTABLE(iss), until, _(reason_sentence(token->why)));
}
