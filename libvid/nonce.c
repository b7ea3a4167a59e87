/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/nonce.h"

#include <stdio.h>

#include "libvid/base45.h"
#include "libvid/cbor.h"
#include "libvid/ini.h"

#define PREFIX   "VIDN1:"
#define CBOR_MAX 96 /* bytes; a host's id of 64 and a nonce */

void nonce_hex(const uint8_t nonce[VID_NONCE_LEN], char to[NONCE_HEX_SIZE])
{
	size_t at = 0;

	for (size_t i = 0; i < VID_NONCE_LEN; i += 2)
		at += (size_t)snprintf(to + at, NONCE_HEX_SIZE - at, "%s%02x%02x",
				       i ? " " : "", nonce[i], nonce[i + 1]);
}

bool nonce_text(const char *host, const uint8_t nonce[VID_NONCE_LEN],
		char to[NONCE_TEXT_SIZE])
{
	uint8_t room[CBOR_MAX];
	struct buffer cbor = buffer_of(room, sizeof(room));
	struct buffer text = buffer_of(to, NONCE_TEXT_SIZE);

	cbor_put_array(&cbor, 2);
	cbor_put_text(&cbor, host);
	cbor_put_bstr(&cbor, bytes_of(nonce, VID_NONCE_LEN));
	buffer_add(&text, PREFIX, strlen(PREFIX));
	base45_encode(buffer_bytes(&cbor), &text);
	buffer_add(&text, "", 1);
	return *host && strlen(host) <= VID_HOST_ID_MAX && !cbor.full && !text.full;
}

static bool read_code(const char *text, char host[VID_HOST_ID_MAX + 1],
		      uint8_t nonce[VID_NONCE_LEN])
{
	uint8_t room[CBOR_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	struct bytes id, number;
	struct cbor cbor;
	size_t count;

	if (strlen(text) >= NONCE_TEXT_SIZE ||
	    base45_decode(bytes_of_text(text), &message) != VID_OK ||
	    cbor_check(buffer_bytes(&message)) != VID_OK)
		return false;
	cbor = cbor_of(buffer_bytes(&message));
	if (!cbor_array(&cbor, &count) || count != 2 || !cbor_tstr(&cbor, &id) ||
	    !cbor_bstr(&cbor, &number) || number.len != VID_NONCE_LEN || id.len == 0 ||
	    !bytes_to_text(id, host, VID_HOST_ID_MAX + 1))
		return false;
	memcpy(nonce, number.at, VID_NONCE_LEN);
	return true;
}

static bool read_hex(const char *text, uint8_t nonce[VID_NONCE_LEN])
{
	char digits[2 * VID_NONCE_LEN + 1];
	size_t len = 0;

	for (; *text; text++) {
		if (*text == ' ' || *text == '-')
			continue;
		if (len == 2 * VID_NONCE_LEN)
			return false;
		digits[len++] = *text;
	}
	digits[len] = '\0';
	return len == 2 * VID_NONCE_LEN && ini_hex(digits, nonce, VID_NONCE_LEN);
}

bool nonce_read(const char *text, char host[VID_HOST_ID_MAX + 1],
		uint8_t nonce[VID_NONCE_LEN])
{
	host[0] = '\0';
	if (strncmp(text, PREFIX, strlen(PREFIX)) == 0)
		return read_code(text + strlen(PREFIX), host, nonce);
	return read_hex(text, nonce);
}
