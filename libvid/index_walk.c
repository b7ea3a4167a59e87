/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "libvid/index_parts.h"

uint64_t index_chain(uint64_t chain, uint32_t sum)
{
	for (unsigned i = 0; i < 4; i++)
		chain = (chain ^ (sum >> 8 * i & 255)) * 1099511628211u;
	return chain;
}

enum index_result index_record(const struct index *index, uint32_t *cursor,
			       struct bytes *key, struct bytes *value)
{
	uint32_t at = *cursor ? *cursor : INDEX_HEAD_LEN, next;
	struct bytes bare;

	if (at >= index->data_end)
		return INDEX_NONE;
	if (!index_record_at(index, at, key, value, &next))
		return INDEX_BROKEN;
	bare = *value;
	if (!index_value_sound(*key, &bare))
		return INDEX_BROKEN;
	*cursor = next;
	return INDEX_OK;
}

enum index_result index_verify(const struct index *index)
{
	uint64_t chain = INDEX_CHAIN_START, records = 0, rows = 0, sum;
	struct bytes key, value, last = { NULL, 0 };
	enum index_result result;
	uint32_t cursor = 0;
	char want[80];

	while ((result = index_record(index, &cursor, &key, &value)) == INDEX_OK) {
		last = value;
		if (bytes_are(key, "sum"))
			break;
		(void)index_hex(bytes_of(value.at + value.len - INDEX_SUM_DIGITS,
					 INDEX_SUM_DIGITS),
				INDEX_SUM_DIGITS, &sum); /* index_record read it */
		chain = index_chain(chain, (uint32_t)sum);
		records++;
		rows += key.len && key.at[0] == 'n';
	}
	if (result != INDEX_OK || cursor != index->data_end || rows != index->rows)
		return INDEX_BROKEN;
	last.len -= INDEX_SUM_DIGITS + 1;
	(void)snprintf(want, sizeof(want), "records=%llu chain=%016llx",
		       (unsigned long long)records, (unsigned long long)chain);
	return bytes_are(last, want) ? INDEX_OK : INDEX_BROKEN;
}
