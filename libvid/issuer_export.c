/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/issuer_export.h"

#include <sodium.h>

#include "libvid/cleanup.h"
#include "libvid/ini.h"

#define SECTION      "signature "
#define EXPORT_TYPE  "application/vid-issuer"
#define MESSAGE_MORE 160 /* bytes around the payload: headers, tags, signature */

enum { HEADER_ALG = 1, HEADER_KID = 4, HEADER_TYP = 16 };

/* Where the first line that opens a signature begins; the end when there is none. */
static size_t content_len(struct bytes text)
{
	static const char head[] = "[" SECTION;
	const size_t len = sizeof(head) - 1;
	bool line_start = true;

	for (size_t i = 0; i + len <= text.len; i++) {
		if (line_start && memcmp(text.at + i, head, len) == 0)
			return i;
		line_start = text.at[i] == '\n';
	}
	return text.len;
}

static const char *open_signature(struct issuer_export *export, const char *hex)
{
	if (export->signature_count == VID_ISSUER_KEYS_MAX)
		return "an export has at most 8 signatures";
	if (!ini_hex(hex, export->signature[export->signature_count].key_id, VID_KID_LEN))
		return "a signature names its key by 16 hex digits";
	export->signature_count++;
	return NULL;
}

static const char *on_entry(void *user, const char *section, const char *key,
			    const char *value)
{
	struct issuer_export *export = user;

	if (strncmp(section, SECTION, strlen(SECTION)) != 0)
		return "only signatures may follow a signature";
	if (!key)
		return open_signature(export, section + strlen(SECTION));
	if (strcmp(key, "value") != 0)
		return "unknown key in [signature]";
	return ini_hex(value, export->signature[export->signature_count - 1].at, 64)
		       ? NULL
		       : "value must be 128 hex digits";
}

enum vid_reason issuer_export_split(struct bytes text, const char *name,
				    struct issuer_export *out, struct problem *problem)
{
	size_t len = content_len(text);

	*out = (struct issuer_export){ .content = bytes_of(text.at, len) };
	return ini_read(bytes_of(text.at + len, text.len - len), name, on_entry, out,
			problem);
}

enum vid_reason issuer_export_parse(struct bytes text, const char *name,
				    struct issuer_export *out, struct problem *problem)
{
	enum vid_reason why = issuer_export_split(text, name, out, problem);

	if (why != VID_OK)
		return why;
	return issuer_parse_lenient(out->content, name, &out->issuer, problem);
}

/* What the issuer's tool protects and the reader expects: one form. */
static struct bytes header_of(const struct public_key *key, struct buffer *to)
{
	uint8_t key_id[VID_KID_LEN];

	issuer_key_id(key, key_id);
	cbor_put_map(to, 3);
	cbor_put_int(to, HEADER_ALG);
	cbor_put_int(to, key->alg == KEY_P256 ? -9 : -19);
	cbor_put_int(to, HEADER_KID);
	cbor_put_bstr(to, bytes_of(key_id, sizeof(key_id)));
	cbor_put_int(to, HEADER_TYP);
	cbor_put_text(to, EXPORT_TYPE);
	return buffer_bytes(to);
}

bool issuer_export_signed_by(const struct issuer_export *export,
			     const struct public_key *key)
{
	uint8_t room[64], key_id[VID_KID_LEN];
	struct buffer header = buffer_of(room, sizeof(room));
	struct cose_sign1 message = { .payload = export->content };

	issuer_key_id(key, key_id);
	message.protected = header_of(key, &header);
	for (size_t i = 0; i < export->signature_count && !header.full; i++) {
		if (!bytes_equal(bytes_of(export->signature[i].key_id, VID_KID_LEN),
				 bytes_of(key_id, VID_KID_LEN)))
			continue;
		message.signature = bytes_of(export->signature[i].at, 64);
		if (cose_verify(&message, key))
			return true;
	}
	return false;
}

void issuer_export_digest(const struct issuer_export *export, uint8_t out[32])
{
	crypto_hash_sha256(out, export->content.at, export->content.len);
}

void issuer_export_print(const struct issuer *issuer, FILE *to)
{
	issuer_print(issuer, to);
	fputc('\n', to); /* between the last key and the first signature */
}

bool issuer_export_sign(struct bytes content, const struct public_key *key,
			const uint8_t secret[64], FILE *to)
{
	size_t size = content.len + MESSAGE_MORE;
	AUTO_FREE uint8_t *room = malloc(size);
	struct buffer message = buffer_of(room, room ? size : 0);
	uint8_t head[64], key_id[VID_KID_LEN];
	struct buffer header = buffer_of(head, sizeof(head));
	char hex[2 * 64 + 1];

	cose_sign(header_of(key, &header), content, secret, &message);
	if (header.full || message.full || message.len < 64)
		return false;
	issuer_key_id(key, key_id);
	sodium_bin2hex(hex, sizeof(hex), key_id, sizeof(key_id));
	fprintf(to, "[" SECTION "%s]\n", hex);
	/* The message ends with its signature. */
	sodium_bin2hex(hex, sizeof(hex), message.at + message.len - 64, 64);
	fprintf(to, "value = %s\n", hex);
	return true;
}
