/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "libvid/accounts.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"

/* vid-ledger 2 SERIAL GENERATION CONTENT ENTRIES MAC, both numbers of 20 digits */
#define MAGIC     "vid-ledger 2 "
#define MAGIC_LEN (sizeof(MAGIC) - 1)
#define MAC_AT    (MAGIC_LEN + 21 + 21 + 65 + 65)
_Static_assert(MAC_AT + 64 + 1 == LEDGER_HEAD_LEN, "the head has a fixed length");
#define MAC_PURPOSE "vid-ledger-head"
#define NO_ISS      "-"

/* Format 1: all under one MAC in the last line. */
#define FORMER_PURPOSE "vid-ledger"
#define FORMER_LINE    (4 + 64 + 1) /* "mac HEX\n" */

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

/* The first entry that has `uid` or numbers behind it. */
static size_t place_of(const struct ledger *ledger, uint32_t uid)
{
	size_t low = 0, high = ledger->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ledger->at[middle].last < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool entry_has(const struct ledger *ledger, size_t place, uint32_t uid)
{
	return place < ledger->count && ledger->at[place].uid <= uid;
}

const struct ledger_entry *ledger_of_uid(const struct ledger *ledger, uint32_t uid)
{
	size_t place = place_of(ledger, uid);

	return entry_has(ledger, place, uid) ? &ledger->at[place] : NULL;
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

const struct ledger_entry *ledger_of_subject(const struct ledger *ledger, const char *iss,
					     struct bytes sub)
{
	for (size_t i = 0; i < ledger->count; i++) {
		const struct ledger_entry *entry = &ledger->at[i];

		if (entry->identity && entry->iss && sub.len == VID_SUB_LEN &&
		    memcmp(entry->identity, sub.at, VID_SUB_LEN) == 0 &&
		    strcmp(entry->iss, iss) == 0)
			return entry;
	}
	return NULL;
}

bool ledger_entry_is(const struct ledger_entry *entry, const char *what)
{
	return entry->identity &&
	       (strcmp(entry->identity, what) == 0 || strcmp(entry->name, what) == 0);
}

/* Room for an entry at this place; NULL without memory. */
static struct ledger_entry *insert(struct ledger *ledger, size_t place)
{
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
	ledger->at[place] = (struct ledger_entry){ 0 };
	return &ledger->at[place];
}

/* The entry of `uid`, made where there is none; NULL without memory, or when it is one of
 * several numbers. */
static struct ledger_entry *entry_for(struct ledger *ledger, uint32_t uid)
{
	size_t place = place_of(ledger, uid);
	struct ledger_entry *entry;

	if (entry_has(ledger, place, uid))
		return ledger->at[place].uid == ledger->at[place].last
			       ? &ledger->at[place]
			       : NULL;
	if ((entry = insert(ledger, place)))
		entry->uid = entry->last = uid;
	return entry;
}

static void date_set(struct ledger_entry *entry, int64_t now)
{
	time_t time = (time_t)now;
	struct tm tm;

	if (!gmtime_r(&time, &tm) ||
	    strftime(entry->date, sizeof(entry->date), "%Y-%m-%d", &tm) == 0)
		(void)snprintf(entry->date, sizeof(entry->date), "1970-01-01");
}

bool ledger_give(struct ledger *ledger, const char *identity, const char *iss,
		 const char *name, uint32_t uid, const char *home, int64_t now)
{
	size_t a = strlen(identity) + 1, b = strlen(name) + 1, c = strlen(home) + 1;
	size_t d = strlen(iss) + 1;
	char *text = malloc(a + b + c + d);
	struct ledger_entry *entry = NULL;

	if (!text || ledger->added || strchr(iss, '\n') ||
	    !(entry = entry_for(ledger, uid))) {
		free(text);
		return false;
	}
	memcpy(text, identity, a);
	memcpy(text + a, name, b);
	memcpy(text + a + b, home, c);
	memcpy(text + a + b + c, iss, d);
	entry->identity = text;
	entry->name = text + a;
	entry->home = text + a + b;
	entry->iss = text + a + b + c;
	ledger->added = text;
	date_set(entry, now);
	return true;
}

/* Make one entry of this one and the next, when both are gone since the same day. */
static void merge_with_next(struct ledger *ledger, size_t place)
{
	struct ledger_entry *a = ledger->at + place, *b = a + 1;

	if (place + 1 >= ledger->count || a->identity || b->identity ||
	    a->last + 1 != b->uid || strcmp(a->date, b->date) != 0)
		return;
	a->last = b->last;
	ledger->count--;
	memmove(b, b + 1, (ledger->count - place - 1) * sizeof(*b));
}

bool ledger_bury(struct ledger *ledger, uint32_t uid, int64_t now)
{
	size_t place = place_of(ledger, uid);
	struct ledger_entry *entry;

	if (entry_has(ledger, place, uid) && !ledger->at[place].identity)
		return true; /* it is gone already, since that day */
	if (!(entry = entry_for(ledger, uid)))
		return false;
	*entry = (struct ledger_entry){ .uid = uid, .last = uid };
	date_set(entry, now);
	merge_with_next(ledger, place);
	if (place > 0)
		merge_with_next(ledger, place - 1);
	return true;
}

bool ledger_bury_range(struct ledger *ledger, uint32_t min, uint32_t max, int64_t now)
{
	while (min <= max) {
		size_t place = place_of(ledger, min);
		uint32_t last = max;

		if (entry_has(ledger, place, min)) {
			if (ledger->at[place].last >= max)
				return true;
			min = ledger->at[place].last + 1;
			continue;
		}
		if (place < ledger->count && ledger->at[place].uid <= max)
			last = ledger->at[place].uid - 1;
		if (!insert(ledger, place))
			return false;
		ledger->at[place].uid = min;
		ledger->at[place].last = last;
		date_set(&ledger->at[place], now);
		min = last + 1; /* at most INDEX_ID_CEILING + 1 */
	}
	return true;
}

bool ledger_release(struct ledger *ledger, uint32_t uid)
{
	size_t place = place_of(ledger, uid);
	struct ledger_entry was, *behind;

	if (!entry_has(ledger, place, uid) || ledger->at[place].identity)
		return false;
	was = ledger->at[place];
	if (was.uid < uid &&
	    was.last > uid) { /* in the middle: what is behind it stays */
		if (!(behind = insert(ledger, place + 1)))
			return false;
		*behind = was;
		behind->uid = uid + 1;
		ledger->at[place].last = uid - 1;
	} else if (was.uid < uid) {
		ledger->at[place].last = uid - 1;
	} else if (was.last > uid) {
		ledger->at[place].uid = uid + 1;
	} else {
		ledger->count--;
		memmove(ledger->at + place, ledger->at + place + 1,
			(ledger->count - place) * sizeof(*ledger->at));
	}
	return true;
}

/* --- the file ----------------------------------------------------------------------- */

static enum vid_reason damaged(const char *path, struct problem *problem)
{
	problem_set(
		problem,
		"%s: damaged, or another host's: put the newest one back, or vid account "
		"compile --recover; without it numbers would be given twice",
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

/* UID, or UID-LAST with `range`. */
static bool numbers_read(char *word, bool range, struct ledger_entry *entry)
{
	char *last = word && range ? strchr(word, '-') : NULL;

	if (last)
		*last++ = '\0';
	if (!uid_read(word, &entry->uid))
		return false;
	entry->last = entry->uid;
	return !last || (uid_read(last, &entry->last) && entry->last > entry->uid);
}

/* given UID NAME HOME IDENTITY DATE[ ISS], or gone UID[-LAST] DATE */
static bool entry_read(char *line, bool former, struct ledger_entry *entry)
{
	const char *kind = word_next(&line), *date;
	struct bytes subject, alias;
	bool given;

	*entry = (struct ledger_entry){ 0 };
	if (!kind ||
	    (!(given = strcmp(kind, "given") == 0) && strcmp(kind, "gone") != 0) ||
	    !numbers_read(word_next(&line), !given && !former, entry))
		return false;
	if (given) {
		entry->name = word_next(&line);
		entry->home = word_next(&line);
		entry->identity = word_next(&line);
		if (!entry->identity || !account_name_valid(entry->name) ||
		    entry->home[0] != '/' || strlen(entry->home) > INDEX_FIELD_MAX ||
		    !identity_split(bytes_of_text(entry->identity), &subject, &alias))
			return false;
	}
	date = word_next(&line);
	if (!date ||
	    !bytes_to_text(bytes_of_text(date), entry->date, sizeof(entry->date)))
		return false;
	if (!given || former)
		return *line == '\0';
	entry->iss = strcmp(line, NO_ISS) == 0 ? NULL : line; /* it may have blanks */
	return *line && strlen(line) <= VID_ISS_MAX;
}

static size_t lines_count(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

/* The lines from `line` on, of ledger->text, which a sound MAC says that we wrote. */
static bool lines_read(struct ledger *ledger, char *line, bool former)
{
	uint32_t last = 0;
	char *end;

	ledger->room = lines_count(line);
	ledger->at = calloc(ledger->room, sizeof(*ledger->at));
	if (!ledger->at)
		return false;
	for (; *line; line = end + 1) {
		struct ledger_entry *entry = &ledger->at[ledger->count];

		if (!(end = strchr(line, '\n')))
			return false;
		*end = '\0';
		if (!entry_read(line, former, entry) || entry->uid <= last)
			return false;
		last = entry->last;
		ledger->count++;
	}
	return true;
}

/* 64 digits of hex; the bytes may be anything. */
static bool hex_read(const uint8_t *at, uint8_t out[32])
{
	return sodium_hex2bin(out, 32, (const char *)at, 64, NULL, NULL, NULL) == 0;
}

/* Twenty digits. */
static bool padded_read(const uint8_t *at, uint64_t *out)
{
	while (*at == '0' && at[1] >= '0' && at[1] <= '9')
		at++;
	return index_number(bytes_of(at, strspn((const char *)at, "0123456789")),
			    UINT64_MAX, out);
}

/* Of format 2: LEDGER_HEAD_LEN bytes and a NUL. `entries`: the digest of the lines. */
static bool head_read(const uint8_t *text, const struct hostkey *key,
		      struct ledger_head *head, uint8_t entries[32])
{
	const uint8_t *at = text + MAGIC_LEN;
	uint8_t mac[32];

	if (memcmp(text, MAGIC, MAGIC_LEN) != 0 || at[20] != ' ' || at[41] != ' ' ||
	    at[42 + 64] != ' ' || at[42 + 65 + 64] != ' ' ||
	    text[LEDGER_HEAD_LEN - 1] != '\n' || !hex_read(text + MAC_AT, mac) ||
	    !hostkey_mac_verify(key, MAC_PURPOSE, bytes_of(text, MAC_AT), mac))
		return false;
	return padded_read(at, &head->serial) &&
	       padded_read(at + 21, &head->generation) &&
	       hex_read(at + 42, head->content) && hex_read(at + 42 + 65, entries) &&
	       head->serial > 0;
}

static bool read_newest(struct blob *blob, const struct hostkey *key,
			struct ledger *ledger)
{
	uint8_t entries[32], digest[32];

	if (blob->len < LEDGER_HEAD_LEN ||
	    !head_read(blob->at, key, &ledger->head, entries))
		return false;
	crypto_generichash(digest, sizeof(digest), blob->at + LEDGER_HEAD_LEN,
			   blob->len - LEDGER_HEAD_LEN, NULL, 0);
	if (sodium_memcmp(digest, entries, sizeof(digest)) != 0)
		return false;
	ledger->text = (char *)TAKE_PTR(blob->at);
	return lines_read(ledger, ledger->text + LEDGER_HEAD_LEN, false);
}

static bool read_former(struct blob *blob, const struct hostkey *key,
			struct ledger *ledger)
{
	static const char magic[] = "vid-ledger 1 ";
	size_t len = blob->len < FORMER_LINE ? 0 : blob->len - FORMER_LINE;
	uint8_t mac[32];
	char *end;

	if (len == 0 || strncmp((const char *)blob->at + len, "mac ", 4) != 0 ||
	    blob->at[blob->len - 1] != '\n' || !hex_read(blob->at + len + 4, mac) ||
	    !hostkey_mac_verify(key, FORMER_PURPOSE, bytes_of(blob->at, len), mac))
		return false;
	blob->at[len] = '\0';
	blob->len = len;
	ledger->text = (char *)TAKE_PTR(blob->at);
	if (strncmp(ledger->text, magic, sizeof(magic) - 1) != 0 ||
	    !(end = strchr(ledger->text, '\n')))
		return false;
	*end = '\0';
	return index_number(bytes_of_text(ledger->text + sizeof(magic) - 1), UINT64_MAX,
			    &ledger->head.serial) &&
	       ledger->head.serial > 0 && lines_read(ledger, end + 1, true);
}

enum vid_reason ledger_load(const char *path, const struct hostkey *key,
			    struct ledger *out, struct problem *problem)
{
	AUTO(blob_free) struct blob blob = { 0 };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	enum vid_reason why = file_read_trusted(path, LEDGER_FILE_MAX, &blob, problem);

	*out = (struct ledger){ 0 };
	if (why != VID_OK)
		return why;
	if (memchr(blob.at, '\0', blob.len) ||
	    !(blob.len > MAGIC_LEN && memcmp(blob.at, MAGIC, MAGIC_LEN) == 0
		      ? read_newest(&blob, key, &ledger)
		      : read_former(&blob, key, &ledger)))
		return damaged(path, problem);
	*out = ledger;
	ledger = (struct ledger){ 0 };
	return VID_OK;
}

enum vid_reason ledger_head_read(const char *path, const struct hostkey *key,
				 struct ledger_head *out, struct problem *problem)
{
	AUTO(ledger_free) struct ledger former = { 0 };
	enum vid_reason why = VID_INTERNAL;
	AUTO_CLOSE int fd = file_open_trusted(path, &why, problem);
	uint8_t text[LEDGER_HEAD_LEN + 1] = { 0 }, entries[32];
	ssize_t got;

	*out = (struct ledger_head){ 0 };
	if (fd < 0)
		return why;
	do
		got = pread(fd, text, LEDGER_HEAD_LEN, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return problem_set(problem, "%s: %m", path), VID_FILE_IO;
	if (got == LEDGER_HEAD_LEN && head_read(text, key, out, entries))
		return VID_OK;
	*out = (struct ledger_head){ 0 };
	if (memcmp(text, MAGIC, MAGIC_LEN) == 0)
		return damaged(path, problem);
	if ((why = ledger_load(path, key, &former, problem)) == VID_OK)
		*out = former.head;
	return why;
}

static void print(FILE *file, const struct ledger_entry *entry)
{
	if (entry->identity)
		fprintf(file, "given %" PRIu32 " %s %s %s %s %s\n", entry->uid,
			entry->name, entry->home, entry->identity, entry->date,
			entry->iss ? entry->iss : NO_ISS);
	else if (entry->uid == entry->last)
		fprintf(file, "gone %" PRIu32 " %s\n", entry->uid, entry->date);
	else
		fprintf(file, "gone %" PRIu32 "-%" PRIu32 " %s\n", entry->uid,
			entry->last, entry->date);
}

/* The head of what is behind its place in `text`. */
static void head_write(char *text, size_t len, const struct ledger_head *head,
		       const struct hostkey *key)
{
	char line[LEDGER_HEAD_LEN + 1], content[65], hex[65];
	uint8_t digest[32], mac[32];

	crypto_generichash(digest, sizeof(digest),
			   (const uint8_t *)text + LEDGER_HEAD_LEN, len - LEDGER_HEAD_LEN,
			   NULL, 0);
	sodium_bin2hex(content, sizeof(content), head->content, sizeof(head->content));
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	(void)snprintf(line, sizeof(line), MAGIC "%020" PRIu64 " %020" PRIu64 " %s %s ",
		       head->serial, head->generation, content, hex);
	hostkey_mac(key, MAC_PURPOSE, bytes_of(line, MAC_AT), mac);
	sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	memcpy(text, line, MAC_AT);
	memcpy(text + MAC_AT, hex, 64);
	text[LEDGER_HEAD_LEN - 1] = '\n';
}

enum vid_reason ledger_store(struct ledger *ledger, const char *path,
			     const struct hostkey *key, struct problem *problem)
{
	struct ledger_head head = ledger->head;
	AUTO_FREE char *text = NULL;
	AUTO_FCLOSE FILE *file = NULL;
	size_t len = 0;
	enum vid_reason why;

	if (!(file = open_memstream(&text, &len)))
		return problem_set(problem, "%s: %m", path), VID_FILE_IO;
	fprintf(file, "%*s", LEDGER_HEAD_LEN, "");
	for (size_t i = 0; i < ledger->count; i++)
		print(file, &ledger->at[i]);
	if (fflush(file) != 0)
		return problem_set(problem, "%s: %m", path), VID_FILE_IO;
	head.serial++;
	head_write(text, len, &head, key);
	why = file_write(path, bytes_of(text, len), 0600, problem);
	if (why == VID_OK)
		ledger->head = head;
	return why;
}
