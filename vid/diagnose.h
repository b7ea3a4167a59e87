/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diagnose.h - CBOR for people: diagnostic notation (RFC 8949 section 8), with names
 *
 * For messages that passed cbor_check; nothing here judges. Text from outside is escaped:
 * it cannot move the cursor or change the colours of a terminal.
 */
#ifndef VID_DIAGNOSE_H
#define VID_DIAGNOSE_H

#include <jansson.h>
#include <stdio.h>

#include "libvid/cbor.h"

struct label {
	int64_t label;
	const char *name; /* for people */
	const char *key;  /* in JSON: the registered name, where there is one */
	enum { LABEL_PLAIN, LABEL_TIME, LABEL_ALG, LABEL_SKIP, LABEL_SIZE } how;
};

extern const struct label header_labels[], claim_labels[];

/* The label that the key at the cursor (which stays) is; NULL without one. */
const struct label *label_of(const struct cbor *at, const struct label *labels);

/* One item in diagnostic notation on one line; the cursor steps behind it. */
void diagnose_item(struct cbor *at, FILE *to);

/* A map, one line an entry, with the names of `labels`; other keys as they are. */
void diagnose_map(struct bytes map, const struct label *labels, FILE *to);

/* A map as JSON (cbor_json.c), null when it is none; its own keys named by `labels`. */
json_t *cbor_json(struct bytes map, const struct label *labels);

#endif
