/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_load.h - what is written into the largeBlob of a credential: a token and perhaps a
 * face template, in place of what is there, where there is room
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_KEY_LOAD_H
#define VID_KEY_LOAD_H

#include "libvid/key_blob.h"
#include "vid/key_token.h"
#include "vid/keys.h"
#include "vid/stored.h"

struct key_load {
	/* given */
	const struct key_token *token;
	const struct issuers *trusted;
	const struct stored *stored; /* the face that goes along; NULL: none */
	bool force;                  /* replace another token */
	/* found */
	size_t index;         /* of the credential */
	bool kept;            /* the template that is on the key stays */
	size_t needed, room;  /* bytes of largeBlobs; room: what it takes is free */
	struct buffer blob;   /* what is written */
	struct buffer sealed; /* the template */
	uint8_t blob_at[KEY_BLOB_MAX];
	uint8_t sealed_at[KEY_TEMPLATE_MAX];
};

/* Onto the key of the visit `keys`, which was looked at for changes. CLI_REFUSED when the
 * token is not for this key, or the key carries another one. */
int key_load_put(struct key_load *load, struct keys *keys);

#endif
