/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Step 3, the bytes: what a stranger presents is parsed by vid-parse, in a process
 * without rights; this one verifies the signatures over its parts before it reads a claim
 * (S59). What does not verify is kept as it came, unread, with the reason.
 */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>

#include "sensors/parse/client.h"

static struct token_rules rules_of(const struct login *login)
{
	return judge_rules(login).token;
}

/* The message that was decoded, as bytes that nobody reads. */
static bool keep_unread(const struct parse_verdict *verdict, struct buffer *to)
{
	const struct bytes raw = parse_verdict_piece(verdict, &verdict->message);

	buffer_add(to, raw.at, raw.len);
	return !to->full;
}

static enum vid_reason take(struct login *login, enum parse_kind kind,
			    struct bytes carrier, struct buffer *to,
			    enum vid_reason *verified)
{
	const struct token_rules rules = rules_of(login);
	struct parse_verdict *parsed = &login->parsed;
	enum vid_reason why =
		parse_remote(kind, carrier, login->deadline, parsed, &login->problem);

	if (why == VID_OK)
		why = (enum vid_reason)parsed->why_message;
	if (why != VID_OK)
		return why;
	*verified = parse_verdict_verify(parsed, &rules, to);
	return *verified == VID_OK || keep_unread(parsed, to) ? VID_OK
							      : VID_TOKEN_TOO_LARGE;
}

enum vid_reason intake_message(struct login *login, enum parse_kind kind,
			       struct bytes carrier)
{
	struct buffer to = buffer_of(login->message, sizeof(login->message));
	enum vid_reason why;

	login->message_why = VID_INTERNAL;
	login->message_len = 0;
	why = take(login, kind, carrier, &to, &login->message_why);
	login->message_len = why == VID_OK ? to.len : 0;
	login->is_card = why == VID_OK && kind == PARSE_CARD;
	sodium_memzero(&login->parsed, sizeof(login->parsed));
	return why;
}

enum vid_reason intake_token(struct login *login, struct candidate *candidate)
{
	uint8_t at[VID_TOKEN_MAX];
	struct buffer to = buffer_of(at, sizeof(at));
	enum vid_reason why;

	candidate->token_why = VID_INTERNAL;
	why = take(login, PARSE_VID, bytes_of(candidate->token, candidate->token_len),
		   &to, &candidate->token_why);
	if (why == VID_OK) {
		memcpy(candidate->token, to.at, to.len);
		candidate->token_len = to.len;
	} else if (why != VID_SENSOR_FAILED && why != VID_DEADLINE) {
		candidate->token_why = why; /* it is refused where it is judged */
		why = VID_OK;
	}
	sodium_memzero(&login->parsed, sizeof(login->parsed));
	return why;
}

enum vid_reason intake_blob(struct login *login, struct bytes blob,
			    struct candidate *candidate)
{
	struct parse_verdict *parsed = &login->parsed;
	enum vid_reason why =
		parse_remote(PARSE_BLOB, blob, login->deadline, parsed, &login->problem);
	struct bytes token = parse_verdict_piece(parsed, &parsed->message);
	struct bytes template = parse_verdict_piece(parsed, &parsed->template);

	if (why == VID_OK)
		why = (enum vid_reason)parsed->why_message;
	if (why == VID_OK && (token.len > sizeof(candidate->token) ||
			      template.len > sizeof(candidate->template)))
		why = VID_TOKEN_TOO_LARGE;
	if (why == VID_OK) {
		memcpy(candidate->token, token.at, token.len);
		candidate->token_len = token.len;
		memcpy(candidate->template, template.at, template.len);
		candidate->template_len = template.len;
	}
	sodium_memzero(parsed, sizeof(*parsed));
	return why;
}

enum vid_reason intake_verify(const struct login *login, struct bytes message,
			      enum vid_reason verified, struct presentation *out)
{
	const struct presentation_rules rules = judge_rules(login);

	*out = (struct presentation){ .kind = PRESENTATION_TOKEN };
	/* Only what was verified is parsed here. */
	return verified == VID_OK ? presentation_verify(message, &rules, out) : verified;
}
