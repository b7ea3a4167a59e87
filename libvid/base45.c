/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/base45.h"

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

static int value_of(uint8_t c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* One group of two or three characters as a number; -1 when a character is foreign. */
static int group(const uint8_t *at, size_t len)
{
	int sum = 0, weight = 1;

	for (size_t i = 0; i < len; i++, weight *= 45) {
		int value = value_of(at[i]);

		if (value < 0)
			return -1;
		sum += value * weight;
	}
	return sum;
}

enum vid_reason base45_decode(struct bytes text, struct buffer *out)
{
	for (size_t i = 0; i < text.len;) {
		size_t len = text.len - i >= 3 ? 3 : text.len - i;
		int sum = len == 1 ? -1 : group(text.at + i, len);
		uint8_t pair[2];

		if (sum < 0 || sum > (len == 3 ? 0xffff : 0xff))
			return VID_BASE45;
		pair[0] = (uint8_t)(sum >> 8);
		pair[1] = (uint8_t)(sum & 0xff);
		buffer_add(out, len == 3 ? pair : pair + 1, len - 1);
		i += len;
	}
	return out->full ? VID_TOKEN_TOO_LARGE : VID_OK;
}

void base45_encode(struct bytes from, struct buffer *out)
{
	for (size_t i = 0; i < from.len; i += 2) {
		bool pair = from.len - i >= 2;
		unsigned sum = pair ? from.at[i] * 256u + from.at[i + 1] : from.at[i];
		char text[3] = { alphabet[sum % 45], alphabet[sum / 45 % 45],
				 alphabet[sum / 45 / 45 % 45] };

		buffer_add(out, text, pair ? 3 : 2);
	}
}
