/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/ecdsa_der.h"

enum { DER_INTEGER = 0x02, DER_SEQUENCE = 0x30 };

/* Step over a head of this type. Its length is below 128 in every signature of ours, and
 * then DER knows no other form than one byte. */
static bool head_read(struct bytes *der, uint8_t type, size_t *len)
{
	if (der->len < 2 || der->at[0] != type || der->at[1] >= 0x80 ||
	    der->at[1] > der->len - 2)
		return false;
	*len = der->at[1];
	*der = bytes_of(der->at + 2, der->len - 2);
	return true;
}

/* A number above 0 in its shortest form, to 32 bytes with zeros in front. */
static bool number_read(struct bytes *der, uint8_t to[32])
{
	size_t len;

	if (!head_read(der, DER_INTEGER, &len) || len == 0)
		return false;
	/* the first bit is the sign; a zero byte stands in front to clear it, only then
	 */
	if (der->at[0] & 0x80)
		return false;
	if (der->at[0] == 0) {
		if (len == 1 || !(der->at[1] & 0x80))
			return false;
		*der = bytes_of(der->at + 1, der->len - 1);
		len--;
	}
	if (len > 32)
		return false;
	memcpy(to + 32 - len, der->at, len);
	*der = bytes_of(der->at + len, der->len - len);
	return true;
}

bool ecdsa_der_read(struct bytes der, uint8_t out[64])
{
	uint8_t read[64] = { 0 };
	size_t len;

	memset(out, 0, 64);
	if (!head_read(&der, DER_SEQUENCE, &len) || len != der.len ||
	    !number_read(&der, read) || !number_read(&der, read + 32) || der.len != 0)
		return false;
	memcpy(out, read, 64);
	return true;
}
