/* SPDX-License-Identifier: BSD-2-Clause */
/* A catalogue with arbitrary bytes: whatever is found is inside it. The first line of the
 * input is the sentence that is looked for. */
#include "pam_vid/catalogue.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size < 64 ? size : 64) : NULL;
	char msgid[65] = "", language[CATALOGUE_LANG_MAX];
	struct bytes file, out;

	if (!end)
		return 0;
	memcpy(msgid, data, (size_t)(end - data));
	file = bytes_of(end + 1, size - (size_t)(end + 1 - data));
	if (catalogue_find(file, msgid, &out)) {
		must(out.len > 0 && out.at > file.at);
		must(out.at + out.len < file.at + file.len && out.at[out.len] == 0);
		must(!memchr(out.at, 0, out.len));
	} else {
		must(!out.at && !out.len);
	}
	if (catalogue_language(msgid, false, language))
		must(strlen(language) >= 2 &&
		     strspn(language, "abcdefghijklmnopqrstuvwxyz") == strlen(language));
	if (catalogue_language(msgid, true, language))
		must(strlen(language) <= 6 && !strpbrk(language, "/.%"));
	return 0;
}
