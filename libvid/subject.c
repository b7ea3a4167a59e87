/* SPDX-License-Identifier: BSD-2-Clause */
#include <sodium.h>

#include "libvid/token.h"

bool subject_valid(struct bytes sub)
{
	static const char last[] = "AQgw"; /* 16 bytes leave 4 bits over: they are zero */

	if (sub.len != VID_SUB_LEN)
		return false;
	for (size_t i = 0; i < sub.len; i++) {
		uint8_t c = sub.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return memchr(last, sub.at[VID_SUB_LEN - 1], 4) != NULL;
}

void subject_random(char sub[VID_SUB_LEN + 1])
{
	uint8_t bytes[16];

	/* People type it behind commands, where a '-' in front means an option. */
	do {
		randombytes_buf(bytes, sizeof(bytes));
		sodium_bin2base64(sub, VID_SUB_LEN + 1, bytes, sizeof(bytes),
				  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	} while (sub[0] == '-');
}
