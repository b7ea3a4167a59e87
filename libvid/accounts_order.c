/* SPDX-License-Identifier: BSD-2-Clause */
/* A million lines are put in order within a second: by the first eight bytes, mostly. */
#include <stdlib.h>

#include "libvid/accounts_proof.h"

struct keyed {
	uint64_t key;
	const struct account_line *line;
};

/* Of the map in its order, then of the ledger. */
static int by_place(const struct account_line *a, const struct account_line *b)
{
	if (a->walkup != b->walkup)
		return a->walkup ? 1 : -1;
	return (a->line > b->line) - (a->line < b->line);
}

static int by_key(const struct keyed *a, const struct keyed *b)
{
	return (a->key > b->key) - (a->key < b->key);
}

static int compare_number(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order = by_key(a, b);

	return order ? order : by_place(a->line, b->line);
}

static int compare_name(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order = by_key(a, b);

	if (order == 0)
		order = strcmp(a->line->name, b->line->name);
	return order ? order : by_place(a->line, b->line);
}

static int compare_identity(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order = by_key(a, b);

	if (order == 0)
		order = strcmp(a->line->identity, b->line->identity);
	return order ? order : by_place(a->line, b->line);
}

/* Its first eight bytes as a number that orders as they do. */
static uint64_t text_key(const char *text)
{
	uint64_t key = 0;

	for (unsigned i = 0; i < 8; i++) {
		key = key << 8 | (unsigned char)*text;
		text += *text != '\0';
	}
	return key;
}

static uint64_t name_key(const struct account_line *line)
{
	return text_key(line->name);
}

static uint64_t identity_key(const struct account_line *line)
{
	return text_key(line->identity);
}

static uint64_t uid_key(const struct account_line *line)
{
	return line->uid;
}

static uint64_t gid_key(const struct account_line *line)
{
	return line->gid;
}

static const struct account_line **in_order(const struct proof *proof,
					    struct keyed *keyed, bool own,
					    uint64_t (*key)(const struct account_line *),
					    int (*compare)(const void *, const void *))
{
	const struct account_line **lines = calloc(proof->count + 1, sizeof(*lines));
	size_t count = 0;
	bool ordered = true;

	if (!lines)
		return NULL;
	for (size_t i = 0; i < proof->count; i++) {
		const struct account_line *line = proof_line(proof, i);

		if (own && !line->own)
			continue;
		keyed[count] = (struct keyed){ key(line), line };
		ordered = ordered &&
			  (count == 0 || compare(&keyed[count - 1], &keyed[count]) <= 0);
		count++;
	}
	if (!ordered) /* as maps that a program wrote are */
		qsort(keyed, count, sizeof(*keyed), compare);
	for (size_t i = 0; i < count; i++)
		lines[i] = keyed[i].line;
	return lines;
}

bool proof_order(struct proof *proof)
{
	struct keyed *keyed = calloc(proof->count + 1, sizeof(*keyed));

	if (!keyed)
		return false;
	proof->by_name = in_order(proof, keyed, false, name_key, compare_name);
	proof->by_identity =
		in_order(proof, keyed, false, identity_key, compare_identity);
	proof->by_uid = in_order(proof, keyed, true, uid_key, compare_number);
	proof->by_gid = in_order(proof, keyed, true, gid_key, compare_number);
	free(keyed);
	return proof->by_name && proof->by_identity && proof->by_uid && proof->by_gid;
}

size_t proof_named(const struct proof *proof, const char *name)
{
	size_t low = 0, high = proof->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(proof->by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < proof->count && strcmp(proof->by_name[low]->name, name) == 0
		       ? low
		       : proof->count;
}

static const struct account_line *own_with(const struct account_line *const *sorted,
					   size_t count, uint32_t id, bool gid)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t at = gid ? sorted[middle]->gid : sorted[middle]->uid;

		if (at < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == count || (gid ? sorted[low]->gid : sorted[low]->uid) != id)
		return NULL;
	return sorted[low];
}

const struct account_line *proof_own(const struct proof *proof, uint32_t uid)
{
	return own_with(proof->by_uid, proof->own, uid, false);
}

const struct account_line *proof_own_gid(const struct proof *proof, uint32_t gid)
{
	return own_with(proof->by_gid, proof->own, gid, true);
}
