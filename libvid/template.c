/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/template.h"

#include <math.h>
#include <sodium.h>

#include "libvid/cbor.h"

#define COMPONENT_MAX 127
#define SCALE_ONE     (1 << 20) /* a component is int8 * scale / 2^20 */

void template_wipe(struct template *template)
{
	sodium_memzero(template, sizeof(*template));
}

bool template_label_valid(const char *label)
{
	const struct bytes text = bytes_of_text(label);

	if (text.len > TEMPLATE_LABEL_MAX || !cbor_text_valid(text))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < ' ' || text.at[i] == 0x7f ||
		    (text.at[i] == 0xc2 && text.at[i + 1] < 0xa0)) /* U+0080 to U+009F */
			return false;
	return true;
}

bool template_add(struct template *template, const float *embedding, size_t dimension,
		  const char *label)
{
	double sum = 0, largest = 0, length, step;
	size_t at = template->count;

	if (at == VID_REFERENCES_MAX || dimension == 0 || dimension > VID_EMBEDDING_MAX ||
	    (at && dimension != template->dimension) || !template_label_valid(label))
		return false;
	for (size_t i = 0; i < dimension; i++) {
		sum += (double)embedding[i] * embedding[i];
		largest = fmax(largest, fabs((double)embedding[i]));
	}
	length = sqrt(sum);
	if (!isfinite(length) || length < 1e-9)
		return false;
	/* the largest component becomes 127; rounding the scale up keeps it there */
	step = ceil(largest / length / COMPONENT_MAX * SCALE_ONE);
	for (size_t i = 0; i < dimension; i++)
		template->reference[at].at[i] =
			(int8_t)lrint(embedding[i] / length * SCALE_ONE / step);
	template->reference[at].scale = (uint32_t)step;
	memcpy(template->reference[at].label, label, strlen(label) + 1);
	template->dimension = dimension;
	template->count++;
	return true;
}

bool template_write(const struct template *template, struct buffer *to)
{
	cbor_put_array(to, 3);
	cbor_put_text(to, template->model);
	cbor_put_uint(to, template->dimension);
	cbor_put_array(to, template->count);
	for (size_t i = 0; i < template->count; i++) {
		cbor_put_array(to, 3);
		cbor_put_text(to, template->reference[i].label);
		cbor_put_uint(to, template->reference[i].scale);
		cbor_put_bstr(to,
			      bytes_of(template->reference[i].at, template->dimension));
	}
	return !to->full;
}

static bool read_reference(struct cbor *cbor, struct template *template)
{
	size_t at = template->count++, elements;
	struct bytes label, vector;
	uint64_t scale;

	if (!cbor_array(cbor, &elements) || elements != 3 || !cbor_tstr(cbor, &label) ||
	    !cbor_uint(cbor, &scale) || !cbor_bstr(cbor, &vector))
		return false;
	if (vector.len != template->dimension || scale == 0 || scale > SCALE_ONE)
		return false;
	template->reference[at].scale = (uint32_t)scale;
	memcpy(template->reference[at].at, vector.at, vector.len);
	return memchr(vector.at, (uint8_t)-128, vector.len) == NULL &&
	       !sodium_is_zero(vector.at, vector.len) &&
	       bytes_to_text(label, template->reference[at].label,
			     sizeof(template->reference[at].label));
}

static bool read_canonical(struct cbor *cbor, struct template *out)
{
	struct bytes model;
	uint64_t dimension;
	size_t elements, count;

	if (!cbor_array(cbor, &elements) || elements != 3 || !cbor_tstr(cbor, &model) ||
	    !bytes_to_text(model, out->model, sizeof(out->model)) ||
	    !cbor_uint(cbor, &dimension) || dimension == 0 ||
	    dimension > VID_EMBEDDING_MAX || !cbor_array(cbor, &count) || count == 0 ||
	    count > VID_REFERENCES_MAX)
		return false;
	out->dimension = (size_t)dimension;
	while (out->count < count)
		if (!read_reference(cbor, out))
			return false;
	return cbor->at == cbor->end;
}

enum vid_reason template_read(struct bytes canonical, struct template *out)
{
	struct cbor cbor = cbor_of(canonical);

	memset(out, 0, sizeof(*out));
	if (canonical.len <= TEMPLATE_BYTES_MAX && cbor_check(canonical) == VID_OK &&
	    read_canonical(&cbor, out))
		return VID_OK;
	template_wipe(out);
	return VID_FACE_TEMPLATE_BROKEN;
}

/*
 * What a seed does to a vector: component i comes from `from[i]`, with its sign turned
 * where `turn[i]`. The same for floats and int8, so that a probe meets its template.
 */
struct transform {
	uint16_t from[VID_EMBEDDING_MAX];
	bool turn[VID_EMBEDDING_MAX];
};

static void transform_wipe(struct transform *transform)
{
	sodium_memzero(transform, sizeof(*transform));
}

/* Fisher and Yates' shuffle over the seed's ChaCha20 stream. 64 bits for at most 512
 * places: the bias of the remainder is below 2^-54. */
static void transform_draw(struct transform *transform, size_t dimension,
			   const uint8_t seed[32])
{
	uint8_t stream[VID_EMBEDDING_MAX * 9];

	randombytes_buf_deterministic(stream, sizeof(stream), seed);
	for (size_t i = 0; i < dimension; i++) {
		transform->from[i] = (uint16_t)i;
		transform->turn[i] = stream[VID_EMBEDDING_MAX * 8 + i] & 1;
	}
	for (size_t i = dimension; i-- > 1;) {
		uint64_t draw = 0;
		uint16_t other;
		size_t place;

		for (size_t byte = 0; byte < 8; byte++)
			draw = draw << 8 | stream[i * 8 + byte];
		place = (size_t)(draw % (i + 1));
		other = transform->from[place];
		transform->from[place] = transform->from[i];
		transform->from[i] = other;
	}
	sodium_memzero(stream, sizeof(stream));
}

void template_transform(struct template *template, const uint8_t seed[32])
{
	__attribute__((cleanup(transform_wipe))) struct transform transform;
	int8_t old[VID_EMBEDDING_MAX];

	transform_draw(&transform, template->dimension, seed);
	for (size_t n = 0; n < template->count; n++) {
		int8_t *at = template->reference[n].at;

		memcpy(old, at, template->dimension);
		for (size_t i = 0; i < template->dimension; i++)
			at[i] = (int8_t)(transform.turn[i] ? -old[transform.from[i]]
							   : old[transform.from[i]]);
	}
	sodium_memzero(old, sizeof(old));
}

void embedding_transform(float *embedding, size_t dimension, const uint8_t seed[32])
{
	__attribute__((cleanup(transform_wipe))) struct transform transform;
	float old[VID_EMBEDDING_MAX];

	if (dimension > VID_EMBEDDING_MAX)
		return;
	transform_draw(&transform, dimension, seed);
	memcpy(old, embedding, dimension * sizeof(*old));
	for (size_t i = 0; i < dimension; i++)
		embedding[i] = transform.turn[i] ? -old[transform.from[i]]
						 : old[transform.from[i]];
	sodium_memzero(old, sizeof(old));
}

/* The references' mean, component i, up to a factor that the cosine does not see. Each
 * reference is a unit vector already, so its scale alone brings them to one length. */
static double mean_component(const struct template *template, size_t i)
{
	double sum = 0;

	for (size_t n = 0; n < template->count; n++)
		sum += (double)template->reference[n].at[i] *
		       template->reference[n].scale;
	return sum / SCALE_ONE;
}

float template_compare(const struct template *template, const float *embedding,
		       size_t dimension)
{
	double inner = 0, own = 0, other = 0, cosine;

	if (dimension != template->dimension || template->count == 0)
		return -1;
	for (size_t i = 0; i < dimension; i++) {
		double mean = mean_component(template, i);

		inner += mean * embedding[i];
		own += mean * mean;
		other += (double)embedding[i] * embedding[i];
	}
	cosine = inner / sqrt(own * other);
	return isfinite(cosine) ? (float)cosine : -1;
}

void template_digest(const struct template *template,
		     const uint8_t salt[TEMPLATE_SALT_LEN],
		     uint8_t digest[TEMPLATE_DIGEST_LEN])
{
	static const char purpose[] = "vid-face-v1";
	uint8_t room[TEMPLATE_BYTES_MAX];
	struct buffer canonical = buffer_of(room, sizeof(room));
	crypto_hash_sha256_state state;

	(void)template_write(template, &canonical);
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)purpose, sizeof(purpose) - 1);
	crypto_hash_sha256_update(&state, salt, TEMPLATE_SALT_LEN);
	crypto_hash_sha256_update(&state, (const uint8_t *)template->model,
				  strlen(template->model));
	crypto_hash_sha256_update(&state, canonical.at, canonical.len);
	crypto_hash_sha256_final(&state, digest);
	sodium_memzero(room, sizeof(room));
	sodium_memzero(&state, sizeof(state));
}
