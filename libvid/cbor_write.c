/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/cbor.h"

void cbor_put_head(struct buffer *to, enum cbor_type type, uint64_t value)
{
	uint8_t head[9];
	size_t len = value < 24            ? 0
		     : value <= 0xff       ? 1
		     : value <= 0xffff     ? 2
		     : value <= 0xffffffff ? 4
					   : 8;
	static const uint8_t info[] = { [1] = 24, [2] = 25, [4] = 26, [8] = 27 };

	head[0] = (uint8_t)((unsigned)type << 5 | (len ? info[len] : value));
	for (size_t i = 0; i < len; i++)
		head[1 + i] = (uint8_t)(value >> 8 * (len - 1 - i));
	buffer_add(to, head, 1 + len);
}

void cbor_put_uint(struct buffer *to, uint64_t value)
{
	cbor_put_head(to, CBOR_UINT, value);
}

void cbor_put_int(struct buffer *to, int64_t value)
{
	if (value >= 0)
		cbor_put_head(to, CBOR_UINT, (uint64_t)value);
	else
		cbor_put_head(to, CBOR_NINT, (uint64_t)(-1 - value));
}

void cbor_put_bstr(struct buffer *to, struct bytes value)
{
	cbor_put_head(to, CBOR_BSTR, value.len);
	buffer_add(to, value.at, value.len);
}

void cbor_put_tstr(struct buffer *to, struct bytes value)
{
	cbor_put_head(to, CBOR_TSTR, value.len);
	buffer_add(to, value.at, value.len);
}

void cbor_put_text(struct buffer *to, const char *value)
{
	cbor_put_tstr(to, bytes_of_text(value));
}

void cbor_put_array(struct buffer *to, size_t count)
{
	cbor_put_head(to, CBOR_ARRAY, count);
}

void cbor_put_map(struct buffer *to, size_t pairs)
{
	cbor_put_head(to, CBOR_MAP, pairs);
}

void cbor_put_tag(struct buffer *to, uint64_t tag)
{
	cbor_put_head(to, CBOR_TAG, tag);
}

void cbor_put_null(struct buffer *to)
{
	cbor_put_head(to, CBOR_SIMPLE, 22);
}
