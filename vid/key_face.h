/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_face.h - the enrolled face of an account of this host, sealed for a security key
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_KEY_FACE_H
#define VID_KEY_FACE_H

#include "libvid/token.h"
#include "vid/keys.h"
#include "vid/stored.h"

/* Is the face that is enrolled for `account` the one that the token names? CLI_REFUSED
 * when it is not. */
int key_face_check(const struct stored *stored, const char *account,
		   const struct token *token);

/* How many bytes it will be; the answer of no key is needed for that. */
int key_face_size(const struct stored *stored, const struct token *token, size_t *size);

/* Ask the credential `index` for a touch, and seal the template with its answer. */
int key_face_seal(const struct stored *stored, const struct token *token,
		  struct keys *keys, size_t index, struct buffer *to);

#endif
