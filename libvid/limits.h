/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limits.h - every limit in one place, with its reason
 */
#ifndef VID_LIMITS_H
#define VID_LIMITS_H

/* TOKEN.md section 2: what one token may be. */
#define VID_TOKEN_MAX      2048 /* bytes; five times a usual token */
#define VID_KBT_MAX        3072 /* bytes; a token and a proof around it (section 3) */
#define VID_CARD_MAX       4096 /* bytes; a claim-169 card, inflated (section 6) */
#define VID_CARD_ROOM      (2 * VID_CARD_MAX) /* a card rewritten, and its parts */
#define VID_CBOR_DEPTH_MAX 8
#define VID_CBOR_ITEMS_MAX 32   /* pairs of a map, elements of an array */
#define VID_TEXT_MAX       1024 /* bytes of one text string */
#define VID_ISS_MAX        128
#define VID_AUD_MAX        128
#define VID_SUB_LEN        22 /* base64url of 16 bytes */
#define VID_CTI_LEN        16
#define VID_KID_LEN        8
#define VID_NONCE_LEN      16 /* `cnonce` of a key binding token */
#define VID_URI_MAX        512
#define VID_TIME_MAX       ((int64_t)1 << 53) /* seconds; sums of two never overflow */
#define VID_MODEL_ID_MAX   64
#define VID_RP_ID_MAX      253  /* a DNS name */
#define VID_UNLOCK_MAX     256  /* bytes of what opens a keyring */
#define ACCOUNT_HOME_SIZE  256  /* bytes of a home's path, with its NUL */
#define VID_GRANT_MAX      2048 /* bytes of a grant, sealed: names, an address, numbers */

/* "VID1:" and base45 (three characters for two bytes) of the largest presentation. */
#define VID_QR_TEXT_MAX (5 + (VID_KBT_MAX * 3 + 1) / 2)

/* TOKEN.md section 2 and 3: time, in seconds. */
#define VID_SKEW_DEFAULT     60
#define VID_SKEW_MAX         300
#define VID_LIFETIME_DEFAULT (90 * 86400)
#define VID_CARD_LIFETIME    ((int64_t)20 * 366 * 86400) /* of a national card */
#define VID_KBT_AGE_MAX      60
#define VID_KBT_AHEAD_MAX    30

#define VID_ISSUER_KEYS_MAX 8    /* per issuer; each is tried where no kid names one */
#define VID_KEPT_MAX        1024 /* bytes of an export that this version does not know */
#define VID_ISSUERS_MAX     64
#define VID_ALIAS_MAX       32
#define VID_REACH_MAX       180 /* bytes of a list of words: one line of an issuer's file */

#define VID_NAME_MAX         31 /* bytes of an account name, S44 */
#define VID_HOST_ID_MAX      64
#define VID_SERVICE_MAX      64  /* bytes of a PAM service name */
#define VID_SEAT_MAX         64  /* bytes of the name of a seat */
#define VID_EMBEDDING_MAX    512 /* dimensions */
#define VID_PROBE_FRAMES_MAX 4   /* that a login takes the mean of */
#define VID_REFERENCES_MAX   5   /* labelled references in one template (FACE.md) */

/* TOKEN.md section 4: status lists. The first two are raised by [status] of vid.conf. */
#define VID_STATUS_TOKEN_MAX (4u * 1024 * 1024) /* bytes of a signed list */
#define VID_STATUS_INFLATED_MAX                                                          \
	(16u * 1024 * 1024) /* bytes; 134 million entries of 1 bit */
#define VID_STATUS_TOKEN_MOST    (256u * 1024 * 1024) /* to which it can be raised */
#define VID_STATUS_INFLATED_MOST (1024u * 1024 * 1024)
#define VID_STATUS_AGE_DEFAULT   86400 /* seconds since the list's iat */
#define VID_STATUS_AGE_MIN       60
#define VID_STATUS_AGE_MOST      (366 * 86400)
#define VID_STATUS_URI_TEXT      256 /* bytes of an issuer file's status-uri */
#define VID_STATUS_URIS_MAX      64 /* of one issuer's tokens, remembered to be fetched */

#define VID_DEADLINE_DEFAULT 30 /* seconds for a whole login */
#define VID_DEADLINE_MAX     300
#define VID_SESSION_SECONDS  120 /* for a session's beginning or end: a home is wiped */

/* Seconds for a turn of the head: shorter than anybody turns; a slow machine's. */
#define VID_TURN_MIN     2
#define VID_TURN_DEFAULT 4
#define VID_TURN_MAX     60

#define VID_CONFIG_FILE_MAX (256 * 1024)

#endif
