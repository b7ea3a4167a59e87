/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/identity_hash.h"
#include "libvid/index_parts.h"

/* PREFIX:MIN:MAX:SHELL:HOME:GROUPS:keep|wipe:MAC */
static bool rule_read(struct bytes value, struct index_rule *rule)
{
	struct bytes min, max, policy;
	uint64_t low, high;

	if (!index_cut(&value, ':', &rule->prefix) || !index_cut(&value, ':', &min) ||
	    !index_cut(&value, ':', &max) || !index_cut(&value, ':', &rule->shell) ||
	    !index_cut(&value, ':', &rule->home) ||
	    !index_cut(&value, ':', &rule->groups) || !index_cut(&value, ':', &policy) ||
	    !index_name_valid(rule->prefix) || !index_field_sound(rule->shell) ||
	    !index_field_sound(rule->home) || !index_field_sound(rule->groups) ||
	    !index_number(min, INDEX_ID_CEILING, &low) ||
	    !index_number(max, INDEX_ID_CEILING, &high) || low > high)
		return false;
	rule->uids = (struct index_range){ (uint32_t)low, (uint32_t)high };
	rule->wipe = bytes_are(policy, "wipe");
	return (rule->wipe || bytes_are(policy, "keep")) &&
	       index_mac_read(value, rule->mac);
}

enum index_result index_rule_of(const struct index *index, struct bytes iss,
				struct index_rule *out)
{
	struct index_rule rule = { .denied = false };
	char key[IDENTITY_HASH_LEN + 1];
	enum index_result result;
	struct bytes value;

	if (index->format != INDEX_FORMAT ||
	    !identity_key(iss, bytes_of_text(IDENTITY_EVERY), key))
		return INDEX_NONE;
	result = index_find(index, 'r', bytes_of(key, IDENTITY_HASH_LEN), &value);
	if (result != INDEX_OK)
		return result;
	rule.denied = index_denial(index, value, rule.mac);
	if (!rule.denied && !rule_read(value, &rule))
		return INDEX_BROKEN;
	*out = rule;
	return INDEX_OK;
}
