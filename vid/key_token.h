/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_token.h - a token that belongs on a security key: read without trust, and judged
 * where its issuer is trusted here
 */
#ifndef VID_KEY_TOKEN_H
#define VID_KEY_TOKEN_H

#include "libvid/files.h"
#include "libvid/token.h"

struct key_token {
	enum vid_reason why; /* VID_OK: verified; VID_ISS_UNKNOWN: nobody here knows */
	bool readable;       /* the members below say what it says of itself */
	struct token token;  /* its issuer is NULL unless it is verified */
};

/* Judge `message`, which outlives `out`, now. */
void key_token_judge(struct bytes message, const struct issuers *trusted,
		     struct key_token *out);

/*
 * Read the bare token in the file `path` (or as carrier_read has it) into `room` and
 * judge it: one that is refused here, that names no RP ID or that is a presentation is
 * none for a key; one of an issuer that is not trusted here is, with a warning. Complains
 * itself: CLI_GO, CLI_REFUSED or CLI_FAILED. The views of `out` are into `room`.
 */
int key_token_read(const char *path, const struct issuers *trusted, struct buffer *room,
		   struct key_token *out);

/* "valid", or the reason's name: for JSON. */
const char *key_token_verdict(const struct key_token *token);

/* "a token of https://id.example.org, until 2027-01-01 00:00:00 UTC" into `to`. */
void key_token_text(const struct key_token *token, char *to, size_t size);

#endif
