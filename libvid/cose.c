/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/cose.h"

#include <sodium.h>

#include "libvid/cleanup.h"
#include "libvid/limits.h"

/* What cose_tbs adds to the two strings: the heads of five items, and "Signature1". */
#define TBS_EXTRA 48

/* COSE header parameters (RFC 9052 section 3.1, RFC 9596, SD-CWT) */
enum { LABEL_ALG = 1, LABEL_CRIT = 2, LABEL_KID = 4, LABEL_KCWT = 13, LABEL_TYP = 16 };

enum { TAG_SIGN1 = 18, TAG_CWT = 61, TAG_ENCRYPT0 = 16, TAG_ENCRYPT = 96 };

/* Step 4: tag 18, or once 61 and then 18. The cursor stands behind them. */
static bool tags_read(struct cbor *cbor)
{
	uint64_t tag;

	if (!cbor_tag(cbor, &tag))
		return false;
	if (tag == TAG_CWT && !cbor_tag(cbor, &tag))
		return false;
	return tag == TAG_SIGN1 && cbor_peek(cbor) != CBOR_TAG;
}

/* Step 5: [bstr, map, bstr, bstr of 64]. */
static bool elements_read(struct cbor *cbor, struct cose_sign1 *out)
{
	size_t count;

	return cbor_array(cbor, &count) && count == 4 &&
	       cbor_bstr(cbor, &out->protected) && cbor_peek(cbor) == CBOR_MAP &&
	       cbor_skip(cbor, &out->unprotected) && cbor_bstr(cbor, &out->payload) &&
	       cbor_bstr(cbor, &out->signature) && out->signature.len == 64;
}

static enum vid_reason item_check(struct bytes item, enum cose_payload kind)
{
	return kind == COSE_FOREIGN ? cbor_check_wellformed(item) : cbor_check(item);
}

/*
 * Step 3 inside the byte strings: the header map and the claims are held to the same
 * encoding as the message around them. A label that stands twice in the header is left
 * to step 6. What is not shaped like COSE at all is left to steps 4 and 5.
 */
static enum vid_reason nested_check(struct bytes message, enum cose_payload kind,
				    bool *duplicate)
{
	struct cbor cbor = cbor_of(message);
	struct bytes header, payload;
	enum vid_reason why;
	uint64_t tag;
	size_t count;

	*duplicate = false;
	while (cbor_tag(&cbor, &tag))
		;
	if (!cbor_array(&cbor, &count) || !cbor_bstr(&cbor, &header))
		return VID_OK;
	if (header.len && (why = item_check(header, kind)) != VID_OK) {
		if (why != VID_CBOR_DUPLICATE)
			return why;
		*duplicate = true;
	}
	if (kind == COSE_ANY || !cbor_skip(&cbor, NULL) || !cbor_bstr(&cbor, &payload))
		return VID_OK;
	why = item_check(payload, kind);
	/* a float is a claim of the wrong type: the walk through the claims stops at it
	 */
	return why == VID_CBOR_FLOAT ? VID_OK : why;
}

/* crit: only protected, not empty, each label there and understood. */
static enum vid_reason crit_read(struct cbor *value, const struct cbor *header)
{
	size_t count;

	if (!cbor_array(value, &count) || count == 0)
		return VID_CRIT;
	for (; count; count--) {
		struct cbor found;
		int64_t label;

		if (!cbor_int(value, &label) || !cbor_find_int(header, label, &found))
			return VID_CRIT;
		if (label != LABEL_ALG && label != LABEL_KID && label != LABEL_KCWT &&
		    label != LABEL_TYP)
			return VID_CRIT;
	}
	return VID_OK;
}

static enum vid_reason parameter_read(int64_t label, bool protected, struct cbor value,
				      const struct cbor *header, struct cose_sign1 *out)
{
	switch (label) {
	case LABEL_ALG:
		/* anything but an integer in the protected bucket is step 8's to refuse
		 */
		out->has_alg = protected && cbor_int(&value, &out->alg);
		return VID_OK;
	case LABEL_CRIT:
		return protected ? crit_read(&value, header) : VID_CRIT;
	case LABEL_KID:
		out->has_kid = cbor_bstr(&value, &out->kid);
		return out->has_kid ? VID_OK : VID_HEADER;
	case LABEL_KCWT:
		out->has_kcwt = protected && cbor_skip(&value, &out->kcwt);
		return out->has_kcwt ? VID_OK : VID_HEADER;
	case LABEL_TYP:
		(void)cbor_next(&value, &out->typ);
		return VID_OK;
	default:
		return VID_OK;
	}
}

/* Step 6, one bucket. `other` is the bucket in which no label may stand again. */
static enum vid_reason bucket_read(struct cbor header, bool protected,
				   const struct cbor *other, struct cose_sign1 *out)
{
	struct cbor map = header, found;
	size_t pairs;

	if (!cbor_map(&map, &pairs))
		return VID_HEADER;
	for (; pairs; pairs--) {
		enum vid_reason why;
		struct bytes text;
		int64_t label;

		if (cbor_tstr(&map, &text)) { /* a private parameter: not ours, ignored */
			(void)cbor_skip(&map, NULL);
			continue;
		}
		if (!cbor_int(&map, &label))
			return VID_HEADER;
		if (other && cbor_find_int(other, label, &found))
			return VID_HEADER_DUPLICATE;
		why = parameter_read(label, protected, map, &header, out);
		if (why != VID_OK || !cbor_skip(&map, NULL))
			return why != VID_OK ? why : VID_HEADER;
	}
	return VID_OK;
}

/* `protected` is the map of the protected bucket; empty stands for an empty map. */
static enum vid_reason headers_read(struct bytes protected, struct cose_sign1 *out)
{
	static const uint8_t none[] = { 0xa0 };
	struct cbor header = cbor_of(protected.len ? protected : bytes_of(none, 1));
	struct cbor unprotected = cbor_of(out->unprotected);
	enum vid_reason why;

	if ((why = bucket_read(header, true, &unprotected, out)) != VID_OK)
		return why;
	return bucket_read(unprotected, false, NULL, out);
}

enum vid_reason cose_open(struct bytes message, enum cose_payload payload,
			  struct cose_sign1 *out)
{
	struct cbor cbor = cbor_of(message);
	enum vid_reason why;
	bool duplicate;

	*out = (struct cose_sign1){ .typ = { .type = CBOR_NONE } };
	if ((why = item_check(message, payload)) != VID_OK)
		return why;
	if ((why = nested_check(message, payload, &duplicate)) != VID_OK)
		return why;
	if (!tags_read(&cbor))
		return VID_TAGS;
	if (!elements_read(&cbor, out))
		return VID_COSE_SHAPE;
	return duplicate ? VID_HEADER_DUPLICATE : headers_read(out->protected, out);
}

/* --- foreign messages ------------------------------------------------------- */

static bool is_encrypt0(struct cbor cbor)
{
	size_t count;

	return cbor_array(&cbor, &count) && count == 3 && cbor_peek(&cbor) == CBOR_BSTR &&
	       cbor_skip(&cbor, NULL) && cbor_peek(&cbor) == CBOR_MAP;
}

/* Step 4: tag 18, 61 and then 18, or none at all. What is encrypted is told apart. */
static enum vid_reason foreign_tags_read(struct cbor *cbor)
{
	struct cbor ahead = *cbor;
	uint64_t tag;
	bool is_cwt;

	if (!cbor_tag(&ahead, &tag))
		return is_encrypt0(*cbor) ? VID_ENCRYPTED : VID_OK;
	is_cwt = tag == TAG_CWT;
	if (is_cwt && !cbor_tag(&ahead, &tag))
		return VID_TAGS;
	if (tag == TAG_ENCRYPT0 || tag == TAG_ENCRYPT)
		return VID_ENCRYPTED;
	if (tag != TAG_SIGN1 || cbor_peek(&ahead) == CBOR_TAG)
		return VID_TAGS;
	*cbor = ahead;
	return VID_OK;
}

/* Step 5 */
static enum vid_reason foreign_elements_read(struct cbor *cbor, struct cose_sign1 *out)
{
	size_t count;

	if (!cbor_array(cbor, &count) || count != 4 ||
	    !cbor_bstr(cbor, &out->protected) || cbor_peek(cbor) != CBOR_MAP ||
	    !cbor_skip(cbor, &out->unprotected) || !cbor_bstr(cbor, &out->payload) ||
	    !cbor_bstr(cbor, &out->signature))
		return VID_COSE_SHAPE;
	if (out->signature.len == 0)
		return VID_UNSIGNED;
	return out->signature.len == 64 ? VID_OK : VID_COSE_SHAPE;
}

enum vid_reason cose_open_foreign(struct bytes message, struct buffer *room,
				  struct cose_sign1 *out)
{
	struct buffer whole = buffer_of(room->at + room->len, room->size - room->len);
	struct buffer header;
	enum vid_reason why;
	struct cbor cbor;

	*out = (struct cose_sign1){ .typ = { .type = CBOR_NONE } };
	if ((why = cbor_rewrite(message, &whole)) != VID_OK)
		return why;
	room->len += whole.len;
	cbor = cbor_of(buffer_bytes(&whole));
	if ((why = foreign_tags_read(&cbor)) != VID_OK)
		return why;
	if ((why = foreign_elements_read(&cbor, out)) != VID_OK)
		return why;
	/* What was signed stays as it came; what is read of it is the rewritten form. */
	header = buffer_of(room->at + room->len, room->size - room->len);
	if (out->protected.len && (why = cbor_rewrite(out->protected, &header)) != VID_OK)
		return why == VID_CBOR_DUPLICATE ? VID_HEADER_DUPLICATE : why;
	room->len += header.len;
	return headers_read(buffer_bytes(&header), out);
}

/* --- signatures ------------------------------------------------------------- */

void cose_tbs(const struct cose_sign1 *message, struct buffer *to)
{
	cbor_put_array(to, 4);
	cbor_put_text(to, "Signature1");
	cbor_put_bstr(to, message->protected);
	cbor_put_bstr(to, bytes_of(NULL, 0));
	cbor_put_bstr(to, message->payload);
}

/* Room for what is signed: `room`, or a piece of the heap that *owned then holds. */
static struct buffer tbs_room(const struct cose_sign1 *message, uint8_t *room,
			      size_t size, void **owned)
{
	size_t need = message->protected.len + message->payload.len + TBS_EXTRA;

	*owned = need > size ? malloc(need) : NULL;
	if (need > size)
		return buffer_of(*owned, *owned ? need : 0);
	return buffer_of(room, size);
}

bool cose_verify(const struct cose_sign1 *message, const struct public_key *key)
{
	uint8_t room[VID_CARD_MAX + TBS_EXTRA];
	AUTO_FREE void *owned = NULL;
	struct buffer tbs = tbs_room(message, room, sizeof(room), &owned);

	cose_tbs(message, &tbs);
	return !tbs.full && signature_verify(key, buffer_bytes(&tbs), message->signature);
}

void cose_sign(struct bytes protected, struct bytes payload, const uint8_t secret[64],
	       struct buffer *to)
{
	struct cose_sign1 message = { .protected = protected, .payload = payload };
	uint8_t room[VID_CARD_MAX + TBS_EXTRA], signature[64];
	AUTO_FREE void *owned = NULL;
	struct buffer tbs = tbs_room(&message, room, sizeof(room), &owned);

	cose_tbs(&message, &tbs);
	if (tbs.full) {
		to->full = true;
		return;
	}
	crypto_sign_detached(signature, NULL, tbs.at, tbs.len, secret);
	cbor_put_tag(to, TAG_SIGN1);
	cbor_put_array(to, 4);
	cbor_put_bstr(to, protected);
	cbor_put_map(to, 0);
	cbor_put_bstr(to, payload);
	cbor_put_bstr(to, bytes_of(signature, sizeof(signature)));
}
