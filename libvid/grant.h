/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant.h - what vidd granted, as a note to itself for the phases behind authentication
 *
 * PAM's account phase must ask again whether what was granted still holds (S40), and a
 * session's end must know whose it was; vidd has ended by then. The note travels through
 * the PAM module, which cannot read it: sealed with XChaCha20-Poly1305 under a key
 * derived from the host's. A note opens nothing by itself: whoever holds one can only ask
 * whether it still holds.
 */
#ifndef VID_GRANT_H
#define VID_GRANT_H

#include "libvid/hostkey.h"
#include "libvid/identity.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

struct grant {
	char identity[VID_IDENTITY_MAX + 1]; /* SUBJECT@ALIAS */
	char account[VID_NAME_MAX + 1];
	char service[VID_SERVICE_MAX + 1]; /* that it was granted for */
	char iss[VID_ISS_MAX + 1];         /* whose alias that was */
	uint8_t key_id[VID_KID_LEN];       /* issuer_key_id of the key that signed it */
	uint32_t uid;
	bool walkup;                  /* given by a walk-up rule */
	bool wipe;                    /* and its home goes with its last session */
	char home[ACCOUNT_HOME_SIZE]; /* of a walk-up; otherwise empty */
	uint64_t generation;          /* of the map that said so */
	int64_t granted;              /* seconds since the epoch */
	int64_t expires;              /* the token's exp */
	bool is_card; /* a claim-169 card, which may go without a status */
	bool has_status;
	uint64_t status_idx;
	char status_uri[VID_URI_MAX + 1]; /* empty without */
};

/*
 * VID_OK, or VID_INTERNAL when a text is no UTF-8, a time before 1970, or `to` too small;
 * VID_GRANT_MAX bytes are enough for any.
 */
enum vid_reason grant_seal(const struct grant *grant, const struct hostkey *key,
			   struct buffer *to);

/* VID_OK; VID_WIRE for anything that grant_seal under this key has not made. */
enum vid_reason grant_open(struct bytes sealed, const struct hostkey *key,
			   struct grant *out);

#endif
