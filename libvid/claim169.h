/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claim169.h - claim-169 cards (TOKEN.md section 6): a national ID as a QR code, judged
 *
 * A card is a CWT with identity data (IANA CWT claim 169, MOSIP ID claim 169 version
 * 1.2), compressed, as base45 text. It is signed by its issuer and carries no holder key:
 * a bearer document. Who holds a copy is told apart by the portrait alone.
 */
#ifndef VID_CLAIM169_H
#define VID_CLAIM169_H

#include "libvid/hostkey.h"
#include "libvid/token.h"

/* Members of the identity data that we use; the others are named in claim169_names. */
enum {
	CARD_ID = 1,
	CARD_IMAGE = 16,        /* deprecated */
	CARD_IMAGE_FORMAT = 17, /* deprecated */
	CARD_FACE = 62,
};

/* A judged card. The views point into the room that claim169_verify was given. */
struct card {
	const struct issuer *issuer;
	const struct issuer_key *key; /* of `issuer`, that signed it */
	struct bytes iss;
	struct bytes sub; /* as it stands there; empty when absent */
	struct bytes id;  /* an ID number: neither stored nor logged; empty when absent */
	int64_t exp, nbf, iat; /* seconds since the epoch; nbf = iat when absent */
	struct bytes portrait; /* a picture file, of a kind that its first bytes tell */
	struct bytes template; /* of some vendor's; maybe ours: template_read judges */
	struct bytes claims;   /* the whole encoded map, deterministic */
	struct bytes identity; /* claim 169, the encoded map */
};

/*
 * Steps 1-3: what a QR code or a file holds, to the CWT in `room` (VID_CARD_MAX bytes).
 * `carrier` is base45 text of a compressed CWT (line ends around it are ignored; a blank
 * is base45), or raw: compressed, or a CWT as it is. VID_OK or a reason of these steps.
 */
enum vid_reason claim169_decode(struct bytes carrier, struct buffer *room,
				struct bytes *message);

/*
 * Steps 3-9 without the trust: the parts of the message and the issuer that it names, as
 * views into `message` and into `room` (VID_CARD_ROOM bytes). Nothing of it is verified.
 */
enum vid_reason claim169_open(struct bytes message, struct buffer *room,
			      struct cose_sign1 *cose, struct bytes *iss);

/* Steps 10 and 11: did a key of `issuer` sign these parts, one that is not revoked? Reads
 * no CBOR of theirs. */
enum vid_reason claim169_signature(const struct cose_sign1 *cose,
				   const struct issuer *issuer);

/*
 * Steps 3-14 of the verification order, as far as a card has them: there is no
 * token id and no holder. The realm is the issuer's: that of `rules` must be the same,
 * and so must an audience, which most cards have not. Lifetime: that of `rules`, or the
 * issuer's where its record names one, or VID_CARD_LIFETIME.
 * `room` has VID_CARD_ROOM bytes. `out` is filled only on VID_OK (zero otherwise).
 */
enum vid_reason claim169_verify(struct bytes message, const struct token_rules *rules,
				struct buffer *room, struct card *out);

/*
 * What else is wrong with a card that was refused as unsigned, for those who make cards:
 * VID_OK, or a reason of steps 9-14. Decides nothing, and is asked at no login.
 */
enum vid_reason claim169_unsigned_fault(struct bytes message,
					const struct token_rules *rules,
					struct buffer *room);

/*
 * Who that is here: `sub` when it is a pairwise pseudonym by our grammar; otherwise a
 * hash by this host's key for the issuer's realm, of the ID, or of a `sub` that is none
 * (an ID number, most often), so that no number becomes an identity. VID_NAMELESS when
 * there is neither.
 */
enum vid_reason claim169_subject(const struct card *card, const struct hostkey *key,
				 char subject[VID_SUB_LEN + 1]);

/* The name of a member as the published vectors have it ("fullName"); NULL: unknown. */
const char *claim169_name(int64_t member);

#endif
