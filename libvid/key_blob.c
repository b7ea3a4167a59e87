/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/key_blob.h"

#include <sodium.h>

#include "libvid/cbor.h"

/* {1: token bstr, 2: sealed template bstr} */
enum { BLOB_TOKEN = 1, BLOB_TEMPLATE = 2 };

static enum vid_reason pair_read(struct bytes blob, struct key_blob *out)
{
	struct cbor cbor = cbor_of(blob);
	enum vid_reason why = cbor_check(blob);
	uint64_t token, template;
	size_t pairs;

	if (why != VID_OK)
		return why;
	if (!cbor_map(&cbor, &pairs) || pairs != 2 || !cbor_uint(&cbor, &token) ||
	    token != BLOB_TOKEN || !cbor_bstr(&cbor, &out->token) ||
	    !cbor_uint(&cbor, &template) || template != BLOB_TEMPLATE ||
	    !cbor_bstr(&cbor, &out->template) || out->template.len == 0)
		return VID_CBOR;
	return out->template.len > KEY_TEMPLATE_MAX ? VID_TOKEN_TOO_LARGE : VID_OK;
}

enum vid_reason key_blob_read(struct bytes blob, struct key_blob *out)
{
	struct key_blob read = { .token = blob };
	struct cbor cbor = cbor_of(blob);
	enum vid_reason why = VID_OK;

	*out = (struct key_blob){ 0 };
	if (blob.len == 0)
		return VID_TOKEN_EMPTY;
	if (blob.len > KEY_BLOB_MAX)
		return VID_TOKEN_TOO_LARGE;
	/* a token begins with a tag, never with a map */
	if (cbor_peek(&cbor) == CBOR_MAP && (why = pair_read(blob, &read)) != VID_OK)
		return why;
	if (read.token.len == 0)
		return VID_TOKEN_EMPTY;
	if (read.token.len > VID_TOKEN_MAX)
		return VID_TOKEN_TOO_LARGE;
	*out = read;
	return VID_OK;
}

void key_blob_write(const struct key_blob *blob, struct buffer *to)
{
	if (blob->template.len == 0) {
		buffer_add(to, blob->token.at, blob->token.len);
		return;
	}
	cbor_put_map(to, 2);
	cbor_put_uint(to, BLOB_TOKEN);
	cbor_put_bstr(to, blob->token);
	cbor_put_uint(to, BLOB_TEMPLATE);
	cbor_put_bstr(to, blob->template);
}
