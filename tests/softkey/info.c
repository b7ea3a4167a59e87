/* SPDX-License-Identifier: BSD-2-Clause */
/* info.c - authenticatorGetInfo, CTAP 2.1 section 6.4 */
#include "tests/softkey/fields.h"
#include "tests/softkey/requests.h"

static const uint8_t aaguid[16] = "vid-softkey-test";

static void put_texts(struct buffer *to, const char *const *texts, size_t count)
{
	cbor_put_array(to, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_text(to, texts[i]);
}

static void put_extensions(const struct key *key, struct buffer *to)
{
	const char *names[3];
	size_t count = 0;

	names[count++] = "credProtect";
	if (!key->options.no_hmac)
		names[count++] = "hmac-secret";
	if (!key->options.no_blobs)
		names[count++] = "largeBlobKey";
	put_texts(to, names, count);
}

static void put_options(const struct key *key, struct buffer *to)
{
	const struct options *options = &key->options;
	const struct {
		const char *name;
		bool there, value;
	} all[] = {
		/* canonical CBOR: the shorter first */
		{ "rk", true, true },
		{ "up", true, true },
		{ "uv", options->uv, true },
		{ "plat", true, false },
		{ "alwaysUv", options->always_uv, true },
		{ "credMgmt", true, true },
		{ "clientPin", !options->no_pin, key->store.pin_set },
		{ "largeBlobs", true, !options->no_blobs },
		{ "pinUvAuthToken", true, !options->no_pin || options->uv },
		{ "makeCredUvNotRqd", true, !options->always_uv },
		{ "credentialMgmtPreview", true, true },
	};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		count += all[i].there;
	cbor_put_map(to, count);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].there) {
			cbor_put_text(to, all[i].name);
			cbor_put_bool(to, all[i].value);
		}
}

static void put_algorithms(struct buffer *to)
{
	static const int algorithms[] = { COSE_ES256, COSE_EDDSA };

	cbor_put_array(to, 2);
	for (size_t i = 0; i < 2; i++) {
		cbor_put_map(to, 2);
		cbor_put_text(to, "alg");
		cbor_put_int(to, algorithms[i]);
		cbor_put_text(to, "type");
		cbor_put_text(to, "public-key");
	}
}

enum ctap_status get_info(struct key *key, const struct cbor *map, struct buffer *reply)
{
	static const char *const versions[] = { "FIDO_2_0", "FIDO_2_1" };
	static const char *const transports[] = { "usb" };

	(void)map;
	cbor_put_map(reply, key->options.no_blobs ? 12 : 13);
	cbor_put_uint(reply, 0x01);
	put_texts(reply, versions, 2);
	cbor_put_uint(reply, 0x02);
	put_extensions(key, reply);
	cbor_put_uint(reply, 0x03);
	cbor_put_bstr(reply, bytes_of(aaguid, sizeof(aaguid)));
	cbor_put_uint(reply, 0x04);
	put_options(key, reply);
	cbor_put_uint(reply, 0x05);
	cbor_put_uint(reply, CTAP_MESSAGE_MAX);
	cbor_put_uint(reply, 0x06);
	cbor_put_array(reply, 2);
	cbor_put_uint(reply, 2);
	cbor_put_uint(reply, 1);
	cbor_put_uint(reply, 0x07); /* ids in an allowList */
	cbor_put_uint(reply, 16);
	cbor_put_uint(reply, 0x08); /* bytes of an id */
	cbor_put_uint(reply, CREDENTIAL_ID);
	cbor_put_uint(reply, 0x09);
	put_texts(reply, transports, 1);
	cbor_put_uint(reply, 0x0a);
	put_algorithms(reply);
	if (!key->options.no_blobs) {
		cbor_put_uint(reply, 0x0b); /* bytes of the array of large blobs */
		cbor_put_uint(reply, key->options.room);
	}
	cbor_put_uint(reply, 0x0d); /* characters of the shortest PIN */
	cbor_put_uint(reply, 4);
	cbor_put_uint(reply, 0x14); /* residents that still fit */
	cbor_put_uint(reply, key->options.slots - key->store.count);
	return CTAP_OK;
}
