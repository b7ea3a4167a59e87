/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claims.h - the labels of a VID token, and reading a claim by its label
 */
#ifndef VID_CLAIMS_H
#define VID_CLAIMS_H

#include "libvid/cbor.h"

/* CWT claims (RFC 8392, RFC 8747, token status list) and our own */
enum {
	CLAIM_ISS = 1,
	CLAIM_SUB = 2,
	CLAIM_AUD = 3,
	CLAIM_EXP = 4,
	CLAIM_NBF = 5,
	CLAIM_IAT = 6,
	CLAIM_CTI = 7,
	CLAIM_CNF = 8,
	CLAIM_IDENTITY_DATA = 169,
	CLAIM_STATUS_LIST = 65533, /* of a status list */
	CLAIM_TTL = 65534,
	CLAIM_STATUS = 65535,
	CLAIM_FACE = -70001,
	CLAIM_RP_ID = -70003,
};

enum { CNF_COSE_KEY = 1 };
enum { FACE_ALG = 1, FACE_DIGEST = 2, FACE_MODEL = 3, FACE_COUNT = 4, ALG_SHA256 = -16 };
enum {
	IDENTITY_FACE = 62,
	BIO_DATA = 0,
	BIO_FORMAT = 1,
	BIO_SUBFORMAT = 2,
	BIO_ISSUER = 3
};

#define TOKEN_TYPE  "application/vid+cwt"
#define STATUS_TYPE "application/statuslist+cwt"

/*
 * A claim of the map at `map`, which is checked CBOR: false when it is absent or of
 * another type. A time is an unsigned integer up to VID_TIME_MAX, seconds since the
 * epoch.
 */
bool claim_is_there(const struct cbor *map, int64_t label);
bool claim_text(const struct cbor *map, int64_t label, struct bytes *text);
bool claim_bytes(const struct cbor *map, int64_t label, struct bytes *bytes);
bool claim_uint(const struct cbor *map, int64_t label, uint64_t *value);
bool claim_time(const struct cbor *map, int64_t label, int64_t *time);

#endif
