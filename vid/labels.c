/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/labels.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BOTH_MAX (2 * VID_REFERENCES_MAX)

struct place {
	const struct template *of;
	size_t at;
};

static const char *label_of(const struct place *place)
{
	return place->of->reference[place->at].label;
}

size_t labels_count(const struct template *template, const char *label)
{
	size_t count = 0;

	for (size_t i = 0; i < template->count; i++)
		count += strcmp(template->reference[i].label, label) == 0;
	return count;
}

static size_t count_places(const struct place *places, size_t count, const char *label)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += strcmp(label_of(&places[i]), label) == 0;
	return found;
}

/* The last place of the label that has most, the first such label; `count` when each has
 * one. */
static size_t spare(const struct place *places, size_t count)
{
	const char *label = NULL;
	size_t most = 1, last = count;

	for (size_t i = 0; i < count; i++) {
		size_t has = count_places(places, count, label_of(&places[i]));

		if (has > most) {
			most = has;
			label = label_of(&places[i]);
		}
	}
	/* what was there before gives way to what is added */
	for (size_t i = 0; label && i < count; i++)
		if (strcmp(label_of(&places[i]), label) == 0 &&
		    (last == count || places[i].of == places[0].of ||
		     places[last].of != places[0].of))
			last = i;
	return last;
}

bool labels_merge(const struct template *have, const struct template *more,
		  struct template *out)
{
	struct place places[BOTH_MAX];
	size_t count = 0;

	if (strcmp(have->model, more->model) != 0 || have->dimension != more->dimension)
		return false;
	for (size_t i = 0; i < have->count; i++)
		places[count++] = (struct place){ have, i };
	for (size_t i = 0; i < more->count; i++)
		places[count++] = (struct place){ more, i };
	while (count > VID_REFERENCES_MAX) {
		size_t drop = spare(places, count);

		if (drop == count)
			return false;
		count--;
		memmove(&places[drop], &places[drop + 1],
			(count - drop) * sizeof(*places));
	}
	*out = (struct template){ .dimension = have->dimension, .count = count };
	(void)snprintf(out->model, sizeof(out->model), "%s", have->model);
	for (size_t i = 0; i < count; i++)
		out->reference[i] = places[i].of->reference[places[i].at];
	return true;
}

size_t labels_remove(struct template *template, const char *label)
{
	size_t left = 0, was = template->count;

	for (size_t i = 0; i < was; i++)
		if (strcmp(template->reference[i].label, label) != 0)
			template->reference[left++] = template->reference[i];
	for (size_t i = left; i < was; i++)
		sodium_memzero(&template->reference[i], sizeof(template->reference[i]));
	template->count = left;
	return was - left;
}

void labels_print(const struct template *template, char *to, size_t size)
{
	size_t len = 0;

	to[0] = '\0';
	for (size_t i = 0; i < template->count && len < size; i++) {
		const char *label = template->reference[i].label;
		bool before = false;
		int more;

		for (size_t k = 0; k < i; k++)
			before |= strcmp(template->reference[k].label, label) == 0;
		if (before)
			continue;
		more = snprintf(to + len, size - len, "%s%s (%zu)", len ? ", " : "",
				*label ? label : "-", labels_count(template, label));
		len += more > 0 ? (size_t)more : 0;
	}
}
