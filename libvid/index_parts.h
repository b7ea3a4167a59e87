/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * index_parts.h - between the files of index*.c alone: records and
 * fields
 */
#ifndef VID_INDEX_PARTS_H
#define VID_INDEX_PARTS_H

#include "libvid/index.h"

#define INDEX_HEAD_LEN   2048u
#define INDEX_SUM_DIGITS 8u

/* The value, without its sum, of the key that is a letter and a text. */
enum index_result index_find(const struct index *index, char kind, struct bytes text,
			     struct bytes *value);

/* The record at `offset` and the offset behind it; false when it crosses data_end. */
bool index_record_at(const struct index *index, uint32_t offset, struct bytes *key,
		     struct bytes *value, uint32_t *next);

/* Check the sum behind the value and take it off. */
bool index_value_sound(struct bytes key, struct bytes *value);

/* Cut `text` at the first `stop`: the part before it, the rest behind it. */
bool index_cut(struct bytes *text, char stop, struct bytes *part);

/* At most INDEX_FIELD_MAX bytes, no control character. */
bool index_field_sound(struct bytes field);

/* `digits` hex digits; and 64 of them, as bytes. */
bool index_hex(struct bytes text, size_t digits, uint64_t *out);
bool index_mac_read(struct bytes text, uint8_t mac[32]);

/* Is the value of an identity or a rule a denial? Of format 4 with its MAC. */
bool index_denial(const struct index *index, struct bytes value, uint8_t mac[32]);

/* FNV-1a over one more record's sum. Starts with INDEX_CHAIN_START. */
#define INDEX_CHAIN_START 14695981039346656037u
uint64_t index_chain(uint64_t chain, uint32_t sum);

#endif
