/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "libvid/accounts.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"

#define MAC_PURPOSE "vid-ledger"
#define MAC_LINE    (4 + 64 + 1) /* "mac HEX\n" */

bool ledger_path(const char *index_path, char *to, size_t size)
{
	int len = snprintf(to, size, "%s.ledger", index_path);

	return len > 0 && (size_t)len < size;
}

void ledger_free(struct ledger *ledger)
{
	free(ledger->at);
	free(ledger->text);
	free(ledger->added);
	*ledger = (struct ledger){ 0 };
}

/* --- entries, in the order of their numbers --------------------------------------- */

/* Where `uid` is, or would be. */
static size_t place_of(const struct ledger *ledger, uint32_t uid)
{
	size_t low = 0, high = ledger->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ledger->at[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct ledger_entry *ledger_of_uid(const struct ledger *ledger, uint32_t uid)
{
	size_t place = place_of(ledger, uid);

	return place < ledger->count && ledger->at[place].uid == uid ? &ledger->at[place]
								     : NULL;
}

const struct ledger_entry *ledger_of_identity(const struct ledger *ledger,
					      const char *identity)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->at[i].identity &&
		    strcmp(ledger->at[i].identity, identity) == 0)
			return &ledger->at[i];
	return NULL;
}

/* The entry of `uid`, made where there is none; NULL without memory. */
static struct ledger_entry *entry_for(struct ledger *ledger, uint32_t uid)
{
	size_t place = place_of(ledger, uid);

	if (place < ledger->count && ledger->at[place].uid == uid)
		return &ledger->at[place];
	if (ledger->count == ledger->room) {
		size_t room = ledger->room ? 2 * ledger->room : 64;
		void *more = reallocarray(ledger->at, room, sizeof(*ledger->at));

		if (!more)
			return NULL;
		ledger->at = more;
		ledger->room = room;
	}
	memmove(ledger->at + place + 1, ledger->at + place,
		(ledger->count - place) * sizeof(*ledger->at));
	ledger->count++;
	ledger->at[place] = (struct ledger_entry){ .uid = uid };
	return &ledger->at[place];
}

static void date_set(struct ledger_entry *entry, int64_t now)
{
	time_t time = (time_t)now;
	struct tm tm;

	if (!gmtime_r(&time, &tm) ||
	    strftime(entry->date, sizeof(entry->date), "%Y-%m-%d", &tm) == 0)
		(void)snprintf(entry->date, sizeof(entry->date), "1970-01-01");
}

bool ledger_give(struct ledger *ledger, const char *identity, const char *name,
		 uint32_t uid, const char *home, int64_t now)
{
	size_t a = strlen(identity) + 1, b = strlen(name) + 1, c = strlen(home) + 1;
	char *text = malloc(a + b + c);
	struct ledger_entry *entry = NULL;

	if (!text || ledger->added || !(entry = entry_for(ledger, uid))) {
		free(text);
		return false;
	}
	memcpy(text, identity, a);
	memcpy(text + a, name, b);
	memcpy(text + a + b, home, c);
	entry->identity = text;
	entry->name = text + a;
	entry->home = text + a + b;
	ledger->added = text;
	date_set(entry, now);
	return true;
}

bool ledger_bury(struct ledger *ledger, uint32_t uid, int64_t now)
{
	struct ledger_entry *entry = entry_for(ledger, uid);

	if (!entry)
		return false;
	*entry = (struct ledger_entry){ .uid = uid };
	date_set(entry, now);
	return true;
}

bool ledger_release(struct ledger *ledger, uint32_t uid)
{
	size_t place = place_of(ledger, uid);

	if (place == ledger->count || ledger->at[place].uid != uid ||
	    ledger->at[place].identity)
		return false;
	ledger->count--;
	memmove(ledger->at + place, ledger->at + place + 1,
		(ledger->count - place) * sizeof(*ledger->at));
	return true;
}

/* --- the file ----------------------------------------------------------------------- */

static enum vid_reason damaged(const char *path, struct problem *problem)
{
	problem_set(problem,
		    "%s: damaged, or another host's: put it back from a backup of this "
		    "host, as new as can be; without it numbers would be given twice",
		    path);
	return VID_STATE;
}

/* The next word of a line, NUL-terminated; NULL when there is none. */
static char *word_next(char **at)
{
	char *word = *at, *end = strchr(word, ' ');

	if (*word == '\0' || *word == ' ')
		return NULL;
	*at = end ? end + 1 : word + strlen(word);
	if (end)
		*end = '\0';
	return word;
}

static bool uid_read(const char *word, uint32_t *uid)
{
	uint64_t number;

	if (!word || !index_number(bytes_of_text(word), UINT32_MAX, &number) ||
	    !index_id_possible(number))
		return false;
	*uid = (uint32_t)number;
	return true;
}

/* given UID NAME HOME IDENTITY DATE, or gone UID DATE */
static bool entry_read(char *line, struct ledger_entry *entry)
{
	const char *kind = word_next(&line), *date;
	struct bytes subject, alias;

	*entry = (struct ledger_entry){ 0 };
	if (!kind || !uid_read(word_next(&line), &entry->uid))
		return false;
	if (strcmp(kind, "given") == 0) {
		entry->name = word_next(&line);
		entry->home = word_next(&line);
		entry->identity = word_next(&line);
		if (!entry->identity || !account_name_valid(entry->name) ||
		    entry->home[0] != '/' || strlen(entry->home) > INDEX_FIELD_MAX ||
		    !identity_split(bytes_of_text(entry->identity), &subject, &alias))
			return false;
	} else if (strcmp(kind, "gone") != 0) {
		return false;
	}
	date = word_next(&line);
	return date && *line == '\0' &&
	       bytes_to_text(bytes_of_text(date), entry->date, sizeof(entry->date));
}

static bool head_read(char *line, uint64_t *serial)
{
	static const char magic[] = "vid-ledger 1 ";

	return strncmp(line, magic, sizeof(magic) - 1) == 0 &&
	       index_number(bytes_of_text(line + sizeof(magic) - 1), UINT64_MAX,
			    serial) &&
	       *serial > 0;
}

static size_t lines_count(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

/* The lines of ledger->text, which a sound MAC says that we wrote. */
static bool lines_read(struct ledger *ledger)
{
	char *line = ledger->text, *end;
	uint32_t last = 0;

	ledger->room = lines_count(line);
	ledger->at = calloc(ledger->room, sizeof(*ledger->at));
	if (!ledger->at || !(end = strchr(line, '\n')))
		return false;
	*end = '\0';
	if (!head_read(line, &ledger->serial))
		return false;
	for (line = end + 1; *line; line = end + 1) {
		struct ledger_entry *entry = &ledger->at[ledger->count];

		if (!(end = strchr(line, '\n')))
			return false;
		*end = '\0';
		if (!entry_read(line, entry) || entry->uid <= last)
			return false;
		last = entry->uid;
		ledger->count++;
	}
	return true;
}

/* Is the last line the host's MAC over all before it? Then it is cut off. */
static bool mac_holds(struct blob *blob, const struct hostkey *key)
{
	size_t len = blob->len < MAC_LINE ? 0 : blob->len - MAC_LINE;
	char hex[3];
	uint8_t mac[32];

	if (len == 0 || strncmp((const char *)blob->at + len, "mac ", 4) != 0 ||
	    blob->at[blob->len - 1] != '\n' || memchr(blob->at, '\0', blob->len))
		return false;
	for (size_t i = 0; i < sizeof(mac); i++) {
		char *end;

		memcpy(hex, blob->at + len + 4 + 2 * i, 2);
		hex[2] = '\0';
		mac[i] = (uint8_t)strtoul(hex, &end, 16);
		if (end != hex + 2)
			return false;
	}
	if (!hostkey_mac_verify(key, MAC_PURPOSE, bytes_of(blob->at, len), mac))
		return false;
	blob->at[len] = '\0';
	blob->len = len;
	return true;
}

enum vid_reason ledger_load(const char *path, const struct hostkey *key, uint64_t serial,
			    struct ledger *out, struct problem *problem)
{
	AUTO(blob_free) struct blob blob = { 0 };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	enum vid_reason why = file_read_trusted(path, LEDGER_FILE_MAX, &blob, problem);

	*out = (struct ledger){ 0 };
	if (why == VID_FILE_MISSING && serial == 0)
		return VID_OK;
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	if (why == VID_OK) {
		if (!mac_holds(&blob, key))
			return damaged(path, problem);
		ledger.text = (char *)TAKE_PTR(blob.at);
		if (!lines_read(&ledger))
			return damaged(path, problem);
	}
	if (ledger.serial < serial) {
		problem_set(problem,
			    "%s: missing, or older than the compiled map (%" PRIu64
			    ", not %" PRIu64 "): put the newest back; without it numbers "
			    "would be given twice",
			    path, ledger.serial, serial);
		return VID_STATE;
	}
	*out = ledger;
	ledger = (struct ledger){ 0 };
	return VID_OK;
}

static void print(FILE *file, const struct ledger_entry *entry)
{
	if (entry->identity)
		fprintf(file, "given %" PRIu32 " %s %s %s %s\n", entry->uid, entry->name,
			entry->home, entry->identity, entry->date);
	else
		fprintf(file, "gone %" PRIu32 " %s\n", entry->uid, entry->date);
}

enum vid_reason ledger_store(struct ledger *ledger, const char *path,
			     const struct hostkey *key, struct problem *problem)
{
	AUTO_FREE char *text = NULL;
	AUTO_FCLOSE FILE *file = NULL;
	size_t len = 0;
	uint8_t mac[32];
	enum vid_reason why;

	if (!(file = open_memstream(&text, &len)))
		return problem_set(problem, "%s: %m", path), VID_FILE_IO;
	fprintf(file, "vid-ledger 1 %" PRIu64 "\n", ledger->serial + 1);
	for (size_t i = 0; i < ledger->count; i++)
		print(file, &ledger->at[i]);
	if (fflush(file) != 0)
		return problem_set(problem, "%s: %m", path), VID_FILE_IO;
	hostkey_mac(key, MAC_PURPOSE, bytes_of(text, len), mac);
	fputs("mac ", file);
	for (size_t i = 0; i < sizeof(mac); i++)
		fprintf(file, "%02x", mac[i]);
	fputc('\n', file);
	if (fflush(file) != 0)
		return problem_set(problem, "%s: %m", path), VID_FILE_IO;
	why = file_write(path, bytes_of(text, len), 0600, problem);
	if (why == VID_OK)
		ledger->serial++;
	return why;
}
