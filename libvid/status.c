/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/status.h"

#include <zlib.h>

#include "libvid/claims.h"
#include "libvid/cleanup.h"

enum { TAG_SIGN1 = 18, LABEL_TYP = 16 };

const struct status_limits status_limits_default = { VID_STATUS_TOKEN_MAX,
						     VID_STATUS_INFLATED_MAX };

/* {"bits": 1 / 2 / 4 / 8, "lst": bstr}, and whatever else a later draft puts there. */
static enum vid_reason list_read(const struct cbor *map, struct status_list *out)
{
	struct cbor value;
	uint64_t bits;

	if (cbor_peek(map) != CBOR_MAP || !cbor_find_text(map, "bits", &value) ||
	    !cbor_uint(&value, &bits) || !cbor_find_text(map, "lst", &value) ||
	    !cbor_bstr(&value, &out->lst))
		return VID_CLAIMS;
	if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
		return VID_CLAIMS;
	out->bits = (unsigned)bits;
	return VID_OK;
}

enum vid_reason status_open_bare(struct bytes map, const struct status_limits *limits,
				 struct status_list *out)
{
	struct cbor cbor = cbor_of(map);
	enum vid_reason why;

	*out = (struct status_list){ 0 };
	if (map.len > limits->token)
		return VID_STATUS_LIMIT;
	if ((why = cbor_check_wellformed(map)) != VID_OK)
		return why;
	return list_read(&cbor, out);
}

/* A time that must (or may) be there. */
static bool time_read(const struct cbor *claims, int64_t label, bool required,
		      int64_t *out)
{
	struct cbor value;
	uint64_t number;

	*out = 0;
	if (!cbor_find_int(claims, label, &value))
		return !required;
	if (!cbor_uint(&value, &number) || number == 0 || number > VID_TIME_MAX)
		return false;
	*out = (int64_t)number;
	return true;
}

static enum vid_reason claims_read(struct bytes payload, struct status_list *out)
{
	struct cbor claims = cbor_of(payload), value;

	if (cbor_peek(&claims) != CBOR_MAP)
		return VID_PAYLOAD;
	if (!cbor_find_int(&claims, CLAIM_SUB, &value) || !cbor_tstr(&value, &out->uri) ||
	    !out->uri.len || !time_read(&claims, CLAIM_IAT, true, &out->iat) ||
	    !time_read(&claims, CLAIM_EXP, false, &out->exp) ||
	    !time_read(&claims, CLAIM_TTL, false, &out->ttl) ||
	    !cbor_find_int(&claims, CLAIM_STATUS_LIST, &value))
		return VID_CLAIMS;
	return list_read(&value, out);
}

/* typ in the protected bucket: a token or a proof of a holder is no list. The draft has
 * no CoAP number for it yet. */
static bool typ_fits(const struct cose_sign1 *cose)
{
	struct cbor header = cbor_of(cose->protected), value;

	return cose->protected.len && cbor_find_int(&header, LABEL_TYP, &value) &&
	       cose->typ.type == CBOR_TSTR && bytes_are(cose->typ.string, STATUS_TYPE);
}

/* A kid of our form names one key; any other is a hint that we cannot read. */
static bool key_named(const struct issuer_key *key, const struct cose_sign1 *cose)
{
	return !cose->has_kid || cose->kid.len != VID_KID_LEN ||
	       bytes_equal(bytes_of(key->kid, sizeof(key->kid)), cose->kid);
}

/* Some key that is named, of this algorithm, may sign lists, and signed this. */
static enum vid_reason signature_judge(const struct cose_sign1 *cose,
				       const struct issuer *issuer, int64_t iat)
{
	enum vid_reason why = VID_KID_UNKNOWN, may;
	bool verified = false;

	if (!cose->has_alg)
		return VID_ALG;
	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];

		if (!key_named(key, cose))
			continue;
		if (!alg_fits(cose->alg, key->public.alg)) {
			why = why == VID_KID_UNKNOWN ? VID_ALG : why;
			continue;
		}
		if (!cose_verify(cose, &key->public)) {
			why = verified ? why : VID_SIGNATURE;
			continue;
		}
		may = issuer_key_check(key, KEY_USE_LISTS, iat);
		if (may == VID_OK)
			return VID_OK;
		verified = true;
		why = may;
	}
	return why;
}

enum vid_reason status_open(struct bytes cwt, const struct issuer *issuer,
			    struct bytes uri, const struct status_limits *limits,
			    struct status_list *out)
{
	struct cbor cbor = cbor_of(cwt);
	struct status_list list = { 0 };
	struct cose_sign1 cose;
	enum vid_reason why, form;
	uint64_t tag;

	*out = list;
	if (cwt.len > limits->token)
		return VID_STATUS_LIMIT;
	if ((why = cose_open(cwt, COSE_FOREIGN, &cose)) != VID_OK)
		return why;
	if (!cbor_tag(&cbor, &tag) || tag != TAG_SIGN1)
		return VID_TAGS;
	if (!typ_fits(&cose))
		return VID_TYP;
	/* Read for the time at which the key must have been valid; believed afterwards.
	 */
	form = claims_read(cose.payload, &list);
	why = signature_judge(&cose, issuer, list.iat);
	if (why != VID_OK && why != VID_KEY_REVOKED)
		return why;
	if (form != VID_OK)
		return form;
	if (uri.len && !bytes_equal(uri, list.uri))
		return VID_STATUS_OTHER;
	*out = list;
	return why;
}

/* --- inflation --------------------------------------------------------------- */

#define CHUNK 16384

struct inflation {
	z_stream z;
	uint64_t start; /* of the chunk, in the inflated list */
	size_t len;     /* of the chunk */
	bool at_end;
	uint8_t chunk[CHUNK];
};

static bool inflation_start(struct inflation *to, struct bytes lst)
{
	*to = (struct inflation){ .z = { .next_in = (z_const Bytef *)lst.at,
					 .avail_in = (uInt)lst.len } };
	return lst.len <= VID_STATUS_TOKEN_MOST && inflateInit(&to->z) == Z_OK;
}

static void inflation_end(struct inflation *inflation)
{
	(void)inflateEnd(&inflation->z);
}

/* The next chunk; an empty one with at_end set comes last. */
static enum vid_reason inflation_next(struct inflation *f, uint64_t limit)
{
	uint64_t room;
	int code;

	f->start += f->len;
	/* Up to the limit and no further; there, one byte more tells that it goes on. */
	room = limit > f->start ? limit - f->start : 1;
	room = room < CHUNK ? room : CHUNK;
	f->z.next_out = f->chunk;
	f->z.avail_out = (uInt)room;
	code = inflate(&f->z, Z_NO_FLUSH);
	f->len = (size_t)room - f->z.avail_out;
	f->at_end = code == Z_STREAM_END;
	if (f->start + f->len > limit)
		return VID_STATUS_LIMIT;
	if (f->at_end) /* RFC 1950's checksum fits; bytes behind it belong to nobody */
		return f->z.avail_in ? VID_STATUS_LIST : VID_OK;
	/* Without progress there is nothing left to make some with: it was cut off. */
	if (code != Z_OK || (f->len == 0 && f->z.avail_in == 0))
		return VID_STATUS_LIST;
	return VID_OK;
}

/* Entries of the chunk at hand, from *known on. */
static void take(const struct inflation *f, unsigned bits, const uint64_t *idx,
		 size_t count, uint8_t *values, size_t *known)
{
	const unsigned in_byte = 8 / bits, mask = (1u << bits) - 1;

	while (*known < count && idx[*known] / in_byte < f->start + f->len) {
		uint8_t byte = f->chunk[idx[*known] / in_byte - f->start];
		unsigned shift = (unsigned)(idx[*known] % in_byte) * bits;

		values[(*known)++] = (uint8_t)((unsigned)byte >> shift & mask);
	}
}

enum vid_reason status_entries(const struct status_list *list, const uint64_t *idx,
			       size_t count, const struct status_limits *limits,
			       uint8_t *values, size_t *known)
{
	struct inflation f;
	enum vid_reason why = VID_OK;

	*known = 0;
	if (!inflation_start(&f, list->lst))
		return VID_STATUS_LIST;
	while (why == VID_OK && *known < count) {
		why = f.at_end ? VID_STATUS_RANGE : inflation_next(&f, limits->inflated);
		if (why == VID_OK)
			take(&f, list->bits, idx, count, values, known);
	}
	inflation_end(&f);
	return why;
}

enum vid_reason status_whole(const struct status_list *list,
			     const struct status_limits *limits, uint64_t *entries)
{
	struct inflation f;
	enum vid_reason why = VID_OK;

	*entries = 0;
	if (!inflation_start(&f, list->lst))
		return VID_STATUS_LIST;
	while (why == VID_OK && !f.at_end)
		why = inflation_next(&f, limits->inflated);
	if (why == VID_OK)
		*entries = (f.start + f.len) * (8 / list->bits);
	inflation_end(&f);
	return why;
}

/* --- the question ------------------------------------------------------------- */

enum vid_reason status_time(const struct status_list *list,
			    const struct status_rules *rules)
{
	if (list->iat > rules->now + rules->skew)
		return VID_STATUS_AHEAD;
	if (list->iat < rules->newest || (list->exp && list->exp <= rules->now) ||
	    (rules->max_age && rules->now - list->iat > rules->max_age))
		return VID_STATUS_STALE;
	return VID_OK;
}

enum vid_reason status_lookup(struct bytes cwt, const struct status_rules *rules,
			      struct bytes uri, uint64_t idx, int64_t *iat)
{
	struct status_list list;
	enum vid_reason why, time, entry;
	uint8_t value = 0;
	size_t known;

	if (iat)
		*iat = 0;
	why = status_open(cwt, rules->issuer, uri, &rules->limits, &list);
	if (why != VID_OK && why != VID_KEY_REVOKED)
		return why;
	if (iat && why == VID_OK)
		*iat = list.iat;
	time = status_time(&list, rules);
	entry = status_entries(&list, &idx, 1, &rules->limits, &value, &known);
	/* Revoked yesterday is revoked, by a key that was good when the list was fetched;
	 * but a list of yesterday may be too short. */
	if (entry == VID_OK && value != 0)
		return VID_REVOKED;
	if (why != VID_OK)
		return why;
	return time != VID_OK ? time : entry;
}

/* --- the issuer's side ---------------------------------------------------------- */

/* Beside lst: the address, at most 11 numbers with their heads, header and signature. */
size_t status_made_size(size_t lst_len)
{
	return lst_len + VID_URI_MAX + 256;
}

static void claims_put(const struct status_claims *claims, struct buffer *to)
{
	cbor_put_map(to, 3u + (claims->exp != 0) + (claims->ttl != 0));
	cbor_put_int(to, CLAIM_SUB);
	cbor_put_text(to, claims->uri);
	if (claims->exp) {
		cbor_put_int(to, CLAIM_EXP);
		cbor_put_int(to, claims->exp);
	}
	cbor_put_int(to, CLAIM_IAT);
	cbor_put_int(to, claims->iat);
	cbor_put_int(to, CLAIM_STATUS_LIST);
	cbor_put_map(to, 2);
	cbor_put_text(to, "lst"); /* the shorter key stands first (RFC 8949, 4.2.1) */
	cbor_put_bstr(to, claims->lst);
	cbor_put_text(to, "bits");
	cbor_put_uint(to, claims->bits);
	if (claims->ttl) {
		cbor_put_int(to, CLAIM_TTL);
		cbor_put_int(to, claims->ttl);
	}
}

enum vid_reason status_make(const struct status_claims *claims,
			    const uint8_t kid[VID_KID_LEN], const uint8_t secret[64],
			    struct buffer *to)
{
	size_t size = status_made_size(claims->lst.len);
	AUTO_FREE uint8_t *room = malloc(size);
	uint8_t head[64];
	struct buffer header = buffer_of(head, sizeof(head));
	struct buffer payload = buffer_of(room, room ? size : 0);

	cbor_put_map(&header, 3);
	cbor_put_int(&header, 1); /* alg */
	cbor_put_int(&header, -19);
	cbor_put_int(&header, 4); /* kid */
	cbor_put_bstr(&header, bytes_of(kid, VID_KID_LEN));
	cbor_put_int(&header, LABEL_TYP);
	cbor_put_text(&header, STATUS_TYPE);
	claims_put(claims, &payload);
	if (header.full || payload.full || strlen(claims->uri) > VID_URI_MAX)
		return VID_STATUS_LIMIT;
	cose_sign(buffer_bytes(&header), buffer_bytes(&payload), secret, to);
	return to->full ? VID_STATUS_LIMIT : VID_OK;
}
