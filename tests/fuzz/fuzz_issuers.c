/* SPDX-License-Identifier: BSD-2-Clause */
/* Issuer files: whatever a file holds, what is taken from it keeps its limits, and what
 * is printed is read as the same (S14-S17, S24). */
#include <stdio.h>
#include <string.h>

#include "libvid/issuers.h"
#include "tests/fuzz/fuzz.h"

static char *printed(const struct issuer *issuer, size_t *len)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, len);

	must(file != NULL);
	issuer_print(issuer, file);
	must(fclose(file) == 0);
	return text;
}

static void record_holds(const struct issuer *issuer)
{
	must(issuer->iss[0] && issuer->realm[0] && alias_valid(issuer->alias));
	must(issuer->max_lifetime >= 0 && issuer->max_lifetime <= VID_TIME_MAX);
	must(issuer->key_count > 0 && issuer->key_count <= VID_ISSUER_KEYS_MAX);
	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];

		must(public_key_check(&key->public));
		must(key->not_before >= 0 && key->not_after >= 0);
		must(!key->not_after || key->not_before <= key->not_after);
	}
	must(!issuer->reach.uid_max || issuer->reach.uid_min <= issuer->reach.uid_max);
	must(!reach_account(&issuer->reach, "kim", 0) || !issuer->reach.uid_min);
	(void)reach_service(&issuer->reach, "login");
	(void)issuer_valid_until(issuer, 1800000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem problem = { "" };
	struct issuer issuer, again;
	size_t len, len_again;
	char *text, *text_again;

	if (issuer_parse(bytes_of(data, size), "fuzz", &issuer, &problem) != VID_OK) {
		must(problem.text[0] != '\0');
		return 0;
	}
	record_holds(&issuer);
	text = printed(&issuer, &len);
	must(issuer_parse(bytes_of(text, len), "again", &again, &problem) == VID_OK);
	text_again = printed(&again, &len_again);
	must(len == len_again && memcmp(text, text_again, len) == 0);
	free(text);
	free(text_again);
	return 0;
}
