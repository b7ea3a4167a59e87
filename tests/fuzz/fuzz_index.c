/* SPDX-License-Identifier: BSD-2-Clause */
/* The compiled map: whatever a file holds, no lookup leaves it, and a row that comes out
 * is one that nss_vid may answer (S41, S44). */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libvid/groups.h"
#include "libvid/index.h"
#include "tests/fuzz/fuzz.h"

#define FIRST_RECORD 2048

static void row_may_be_answered(const struct index_row *row)
{
	must(index_name_valid(row->name));
	must(index_id_possible(row->uid) && index_id_possible(row->gid));
	must(row->uid >= 1000 && row->uid != 65534 && row->uid != 65535);
	must(row->gecos.len <= INDEX_FIELD_MAX && row->home.len <= INDEX_FIELD_MAX &&
	     row->shell.len <= INDEX_FIELD_MAX);
}

/* Rules, groups, and what is read one record after the other. */
static void ask_records(const struct index *index)
{
	static const char *const aliases[] = { "example", "other" };
	static const char *const names[] = { "vkim", "bo", "kiosk-50000" };
	struct bytes key, value, groups, name, iss;
	struct index_rule rule;
	uint32_t cursor = 0;

	must(index->range_count <= INDEX_RANGES_MAX);
	for (size_t i = 0; i < 2; i++)
		if (index_by_alias(index, bytes_of_text(aliases[i]), &iss, NULL) ==
			    INDEX_OK &&
		    (must(iss.len > 0 && iss.len <= VID_ISS_MAX), true) &&
		    index_rule_of(index, iss, &rule) == INDEX_OK && !rule.denied)
			must(index_name_valid(rule.prefix) &&
			     rule.uids.min <= rule.uids.max &&
			     rule.home.len <= INDEX_FIELD_MAX);
	for (size_t i = 0; i < 3; i++)
		if (index_groups(index, bytes_of_text(names[i]), &groups) == INDEX_OK)
			while (group_next(&groups, &name))
				(void)group_privileged(name);
	while (index_record(index, &cursor, &key, &value) == INDEX_OK)
		must(value.len >= 9);
	if (index_verify(index) == INDEX_OK)
		must(cursor == index->data_end);
}

static void ask_index(struct index index)
{
	static const char *const identities[] = { "AAECAwQFBgcICQoLDA0ODw@example",
						  "EBESExQVFhcYGRobHB0eHw@example" };
	static const char *const names[] = { "vkim", "bo", "alice" };
	struct index_identity identity;
	struct index_row row;
	uint32_t cursor = 0;

	for (size_t i = 0; i < 3; i++) {
		if (index_by_name(&index, bytes_of_text(names[i]), &row) == INDEX_OK)
			row_may_be_answered(&row);
		(void)index_has_identity(&index, bytes_of_text(names[i]));
	}
	for (uint32_t id = INDEX_ID_MIN; id < INDEX_ID_MIN + 150; id++) {
		if (index_by_uid(&index, id, &row) == INDEX_OK)
			row_may_be_answered(&row);
		if (index_by_gid(&index, id, &row) == INDEX_OK)
			row_may_be_answered(&row);
	}
	for (size_t i = 0; i < 2; i++)
		if (index_by_identity(&index, bytes_of_text(identities[i]), &identity) ==
			    INDEX_OK &&
		    (identity.kind == INDEX_OWN || identity.kind == INDEX_WALKUP))
			row_may_be_answered(&identity.row);
	while (index_next(&index, &cursor, &row) == INDEX_OK)
		row_may_be_answered(&row);
	ask_records(&index);
}

/* As a mapping, and as a file that is read piece by piece. */
static void ask_everything(struct bytes content)
{
	static struct index_window window;
	struct index index;

	if (index_of_bytes(content, &index) != INDEX_OK)
		return;
	ask_index(index);
	window = (struct index_window){ .fd = memfd_create("index", MFD_CLOEXEC) };
	must(window.fd >= 0 &&
	     write(window.fd, content.at, content.len) == (ssize_t)content.len);
	index.at = NULL;
	index.window = &window;
	ask_index(index);
	index_close(&index);
}

static uint32_t number_at(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* Give each record the sum that it should have: a fuzzer does not guess it, and what
 * stands behind the check must be reached. */
static void mend_sums(uint8_t *at, size_t len)
{
	size_t offset = FIRST_RECORD;

	while (len >= 8 && offset <= len - 8) {
		size_t key = number_at(at + offset), value = number_at(at + offset + 4);
		uint8_t *start = at + offset + 8;
		char sum[10];

		if (key > len - offset - 8 || value > len - offset - 8 - key)
			return;
		if (value >= 9) {
			(void)snprintf(sum, sizeof(sum), "#%08x",
				       index_sum(bytes_of(start, key),
						 bytes_of(start + key, value - 9)));
			memcpy(start + key + value - 9, sum, 9);
		}
		offset += 8 + key + value;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	ask_everything(bytes_of(data, size));
	copy = malloc(size ? size : 1);
	if (!copy)
		return 0;
	if (size)
		memcpy(copy, data, size);
	mend_sums(copy, size);
	ask_everything(bytes_of(copy, size));
	free(copy);
	return 0;
}
