/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/index_write.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/identity_hash.h"
#include "libvid/index_parts.h"
#include "libvid/index_seal.h"
#include "libvid/output_folder.h"

/* A record that is longer is not one that index_read can read. */
#define VALUE_MAX (INDEX_WINDOW - 512)

static enum vid_reason failed(const struct index_writer *writer, const char *what,
			      struct problem *problem)
{
	problem_set(problem, "%s: cannot %s: %m", writer->path, what);
	return VID_FILE_IO;
}

static enum vid_reason add(struct index_writer *writer, struct bytes key,
			   struct bytes value, uint32_t sum, struct problem *problem)
{
	if (cdb_make_add(&writer->cdb, key.at, (unsigned)key.len, value.at,
			 (unsigned)value.len) != 0)
		return failed(writer, "write a record", problem);
	writer->records++;
	writer->chain = index_chain(writer->chain, sum);
	index_seal_add(&writer->content, key, value);
	return VID_OK;
}

enum vid_reason index_write_put(struct index_writer *writer, struct bytes key,
				struct bytes value, struct problem *problem)
{
	uint32_t sum = index_sum(key, value);
	size_t size = value.len + 1 + INDEX_SUM_DIGITS;
	uint8_t room[VALUE_MAX];
	AUTO_FREE uint8_t *more = size > sizeof(room) ? malloc(size) : NULL;
	struct buffer text = more ? buffer_of(more, size) : buffer_of(room, sizeof(room));
	char hex[1 + INDEX_SUM_DIGITS] = "#";

	for (unsigned i = 0; i < INDEX_SUM_DIGITS; i++)
		hex[1 + i] = "0123456789abcdef"[sum >> (28 - 4 * i) & 15];
	buffer_add(&text, value.at, value.len);
	buffer_add(&text, hex, sizeof(hex));
	if (!text.full)
		return add(writer, key, buffer_bytes(&text), sum, problem);
	errno = ENOMEM;
	return failed(writer, "write a record", problem);
}

/* A record that index_read can read. */
static enum vid_reason put(struct index_writer *writer, struct bytes key,
			   struct bytes value, struct problem *problem)
{
	if (value.len + 1 + INDEX_SUM_DIGITS <= VALUE_MAX)
		return index_write_put(writer, key, value, problem);
	errno = EMSGSIZE;
	return failed(writer, "write a record", problem);
}

enum vid_reason index_write_record(struct index_writer *writer, struct bytes key,
				   struct bytes value, struct problem *problem)
{
	uint64_t sum;

	if (value.len > INDEX_SUM_DIGITS &&
	    index_hex(bytes_of(value.at + value.len - INDEX_SUM_DIGITS, INDEX_SUM_DIGITS),
		      INDEX_SUM_DIGITS, &sum))
		return add(writer, key, value, (uint32_t)sum, problem);
	errno = EBADMSG;
	return failed(writer, "copy a record", problem);
}

static enum vid_reason put_kind(struct index_writer *writer, char kind, struct bytes name,
				struct bytes value, struct problem *problem)
{
	uint8_t room[1 + VID_IDENTITY_MAX];
	struct buffer key = buffer_of(room, sizeof(room));

	buffer_add(&key, &kind, 1);
	buffer_add(&key, name.at, name.len);
	if (key.full) {
		errno = EMSGSIZE;
		return failed(writer, "write a record", problem);
	}
	return put(writer, buffer_bytes(&key), value, problem);
}

/* Text into a buffer; what does not fit marks it full. */
__attribute__((format(printf, 2, 3))) static void print(struct buffer *to,
							const char *format, ...)
{
	char text[128];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(text))
		to->full = true;
	else
		buffer_add(to, text, (size_t)len);
}

static void print_stamp(struct buffer *to, const char *name,
			const struct index_stamp *stamp)
{
	print(to, " %s=%" PRIu64 ",%" PRIu64 ",%" PRIu64, name, stamp->dev, stamp->ino,
	      stamp->size);
	print(to, ",%" PRIi64 ",%" PRIi64, stamp->mtime, stamp->ctime);
}

static enum vid_reason put_version(struct index_writer *writer, const struct index *head,
				   struct problem *problem)
{
	uint8_t room[540]; /* with the head before it, it is read at one go */
	struct buffer text = buffer_of(room, sizeof(room));

	print(&text, "vid-accounts %u generation=%" PRIu64 " ledger=%" PRIu64,
	      INDEX_FORMAT, head->generation, head->ledger);
	print(&text, " rows=%" PRIu32 " ids=", head->rows);
	for (size_t i = 0; i < head->range_count; i++)
		print(&text, "%s%" PRIu32 "-%" PRIu32, i ? "," : "", head->range[i].min,
		      head->range[i].max);
	print_stamp(&text, "passwd", &head->passwd);
	print_stamp(&text, "group", &head->group);
	if (!text.full &&
	    bytes_to_text(buffer_bytes(&text), writer->version, sizeof(writer->version)))
		return put(writer, bytes_of_text("vid"), buffer_bytes(&text), problem);
	errno = EMSGSIZE;
	return failed(writer, "write its first record", problem);
}

/* As mkostemp, through no other user's symbolic link. */
static int create_temporary(struct index_writer *writer)
{
	const char *name = NULL;
	AUTO_CLOSE int folder = output_folder_open_of(writer->path, &name);
	char *end = writer->temporary + strlen(writer->temporary) - 6;
	int fd = -1;

	for (int tries = 0; folder >= 0 && tries < 100; tries++) {
		for (int i = 0; i < 6; i++)
			end[i] = (char)('a' + randombytes_uniform(26));
		name = strrchr(writer->temporary, '/');
		fd = openat(folder, name ? name + 1 : writer->temporary,
			    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

enum vid_reason index_write_start(struct index_writer *writer, const char *path,
				  const struct index *head, const struct hostkey *key,
				  struct problem *problem)
{
	struct stat st;

	*writer = (struct index_writer){ .fd = -1,
					 .chain = INDEX_CHAIN_START,
					 .key = key,
					 .generation = head->generation };
	crypto_generichash_init(&writer->content, NULL, 0, 32);
	if (snprintf(writer->path, PATH_MAX, "%s", path) >= PATH_MAX ||
	    snprintf(writer->temporary, PATH_MAX, "%s.new-XXXXXX", path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return failed(writer, "write", problem);
	}
	/* rename() would put a file in the place of a device, which is everybody's */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return problem_set(problem, "%s: not replaced: it is no regular file",
				   path),
		       VID_FILE_IO;
	if ((writer->fd = create_temporary(writer)) < 0)
		return failed(writer, "create a temporary file beside it", problem);
	if (cdb_make_start(&writer->cdb, writer->fd) != 0)
		return failed(writer, "write", problem);
	return put_version(writer, head, problem);
}

static void add_bytes(struct buffer *to, struct bytes part, const char *behind)
{
	buffer_add(to, part.at, part.len);
	buffer_add(to, behind, strlen(behind));
}

static void add_number(struct buffer *to, uint32_t number)
{
	char digits[10];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	buffer_add(to, digits + at, sizeof(digits) - at);
}

static void add_mac(struct buffer *to, const uint8_t mac[32])
{
	char hex[64];

	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = "0123456789abcdef"[mac[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
	}
	buffer_add(to, hex, sizeof(hex));
}

/* GID:GECOS:HOME:SHELL */
static void add_rest(struct buffer *to, const struct index_row *row)
{
	add_number(to, row->gid);
	buffer_add(to, ":", 1);
	add_bytes(to, row->gecos, ":");
	add_bytes(to, row->home, ":");
	add_bytes(to, row->shell, "");
}

static enum vid_reason put_row(struct index_writer *writer, char kind, struct bytes key,
			       const struct index_row *row, struct problem *problem)
{
	uint8_t room[VALUE_MAX];
	struct buffer text = buffer_of(room, sizeof(room));

	add_bytes(&text, row->name, ":x:");
	add_number(&text, row->uid);
	buffer_add(&text, ":", 1);
	add_rest(&text, row);
	return put_kind(writer, kind, key, buffer_bytes(&text), problem);
}

enum vid_reason index_write_row(struct index_writer *writer, const struct index_row *row,
				struct problem *problem)
{
	return put_row(writer, 'n', row->name, row, problem);
}

enum vid_reason index_write_numbers(struct index_writer *writer,
				    const struct index_row *row, struct problem *problem)
{
	const struct index_row group = { .name = row->name,
					 .uid = row->uid,
					 .gid = row->gid };
	uint8_t room[10];
	struct buffer number = buffer_of(room, sizeof(room));
	enum vid_reason why;

	add_number(&number, row->uid);
	why = put_row(writer, 'u', buffer_bytes(&number), row, problem);
	if (why != VID_OK)
		return why;
	number.len = 0;
	add_number(&number, row->gid);
	return put_row(writer, 'g', buffer_bytes(&number), &group, problem);
}

static const char kind_letter[] = {
	[INDEX_LOCAL] = 'l', [INDEX_OWN] = 'o', [INDEX_WALKUP] = 'w', [INDEX_DENIED] = 'd'
};

static enum vid_reason no_memory(struct index_writer *writer, struct problem *problem)
{
	errno = ENOMEM;
	return failed(writer, "write a record", problem);
}

enum vid_reason index_write_identity(struct index_writer *writer, struct bytes iss,
				     struct bytes sub, const struct index_identity *to,
				     struct problem *problem)
{
	char key[IDENTITY_HASH_LEN + 1];
	uint8_t room[VALUE_MAX];
	struct buffer text = buffer_of(room, sizeof(room));

	if (!identity_key(iss, sub, key)) {
		errno = EINVAL;
		return failed(writer, "write an identity", problem);
	}
	if (to->kind == INDEX_DENIED) {
		buffer_add(&text, "denied:", 7);
		add_mac(&text, to->mac);
	} else {
		add_bytes(&text, to->name, ":");
		add_number(&text, to->uid);
		buffer_add(&text, ":", 1);
		buffer_add(&text, &kind_letter[to->kind], 1);
		buffer_add(&text, ":", 1);
		add_mac(&text, to->mac);
	}
	if (to->kind == INDEX_OWN || to->kind == INDEX_WALKUP) {
		buffer_add(&text, ":", 1);
		add_rest(&text, &to->row);
	}
	if (!index_write_entry(writer, key, to->mac))
		return no_memory(writer, problem);
	return put_kind(writer, 'i', bytes_of(key, IDENTITY_HASH_LEN),
			buffer_bytes(&text), problem);
}

enum vid_reason index_write_alias(struct index_writer *writer, struct bytes alias,
				  struct bytes iss, const uint8_t mac[32],
				  struct problem *problem)
{
	uint8_t room[VALUE_MAX];
	struct buffer text = buffer_of(room, sizeof(room));

	add_mac(&text, mac);
	buffer_add(&text, ":", 1);
	add_bytes(&text, iss, "");
	return put_kind(writer, 'a', alias, buffer_bytes(&text), problem);
}

enum vid_reason index_write_groups(struct index_writer *writer, struct bytes name,
				   struct bytes groups, struct problem *problem)
{
	return groups.len ? put_kind(writer, 'm', name, groups, problem) : VID_OK;
}

/* PREFIX:MIN:MAX:SHELL:HOME:GROUPS:keep|wipe */
static void add_rule(struct buffer *to, const struct index_rule *rule)
{
	add_bytes(to, rule->prefix, ":");
	add_number(to, rule->uids.min);
	buffer_add(to, ":", 1);
	add_number(to, rule->uids.max);
	buffer_add(to, ":", 1);
	add_bytes(to, rule->shell, ":");
	add_bytes(to, rule->home, ":");
	add_bytes(to, rule->groups, ":");
	buffer_add(to, rule->wipe ? "wipe" : "keep", 4);
}

enum vid_reason index_write_rule(struct index_writer *writer, struct bytes iss,
				 const struct index_rule *rule, struct problem *problem)
{
	char key[IDENTITY_HASH_LEN + 1];
	uint8_t room[VALUE_MAX];
	struct buffer text = buffer_of(room, sizeof(room));

	if (!identity_key(iss, bytes_of_text(IDENTITY_EVERY), key)) {
		errno = EINVAL;
		return failed(writer, "write a rule", problem);
	}
	if (rule->denied) {
		buffer_add(&text, "denied:", 7);
	} else {
		add_rule(&text, rule);
		buffer_add(&text, ":", 1);
	}
	add_mac(&text, rule->mac);
	if (!index_write_entry(writer, key, rule->mac))
		return no_memory(writer, problem);
	return put_kind(writer, 'r', bytes_of(key, IDENTITY_HASH_LEN),
			buffer_bytes(&text), problem);
}

enum vid_reason index_write_mapped(struct index_writer *writer, struct bytes name,
				   bool mapped, struct problem *problem)
{
	return put_kind(writer, 'h', name, bytes_of_text(mapped ? "1" : "0"), problem);
}

static bool sync_folder(const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	AUTO_CLOSE int fd = output_folder_open(slash ? folder : ".");
	return fd >= 0 && fsync(fd) == 0;
}

bool index_next_path(const char *path, char *to, size_t size)
{
	int len = snprintf(to, size, "%s.next", path);

	return len > 0 && (size_t)len < size;
}

enum vid_reason index_write_finish(struct index_writer *writer, uint8_t content[32],
				   struct problem *problem)
{
	char text[80], next[PATH_MAX];
	enum vid_reason why;

	if ((why = index_write_buckets(writer, problem)) != VID_OK ||
	    (why = index_write_seal(writer, content, problem)) != VID_OK)
		return why;
	(void)snprintf(text, sizeof(text), "records=%" PRIu64 " chain=%016" PRIx64,
		       writer->records, writer->chain);
	why = put(writer, bytes_of_text("sum"), bytes_of_text(text), problem);
	if (why != VID_OK)
		return why;
	if (cdb_make_finish(&writer->cdb) != 0)
		return failed(writer, "write", problem);
	if (fchmod(writer->fd, 0644) < 0 || fsync(writer->fd) < 0)
		return failed(writer, "write", problem);
	if (!index_next_path(writer->path, next, sizeof(next)) ||
	    output_rename(writer->temporary, next) < 0)
		return failed(writer, "name the new index", problem);
	(void)close(writer->fd);
	writer->fd = -1;
	return VID_OK;
}

enum vid_reason index_write_place(const char *path, struct problem *problem)
{
	char next[PATH_MAX];

	if (!index_next_path(path, next, sizeof(next)) || output_rename(next, path) < 0) {
		problem_set(problem, "%s: cannot put the new index in place: %m", path);
		return VID_FILE_IO;
	}
	if (sync_folder(path))
		return VID_OK;
	problem_set(problem, "%s: cannot sync the folder: %m", path);
	return VID_FILE_IO;
}

void index_write_abandon(struct index_writer *writer)
{
	free(writer->entry);
	writer->entry = NULL;
	if (writer->fd < 0)
		return;
	(void)unlink(writer->temporary);
	(void)close(writer->fd);
	writer->fd = -1;
}

/* NAME, a zero byte, UID, a zero byte, KIND and HOME. */
static void add_account(struct buffer *to, const struct index_identity *account)
{
	add_bytes(to, account->name, "");
	buffer_add(to, "", 1);
	add_number(to, account->uid);
	buffer_add(to, "", 1);
	buffer_add(to, &kind_letter[account->kind], 1);
	add_bytes(to, account->row.home, "");
}

bool index_identity_message(struct bytes iss, struct bytes sub,
			    const struct index_identity *to, struct buffer *message)
{
	add_bytes(message, iss, "");
	buffer_add(message, "", 1);
	add_bytes(message, sub, "");
	buffer_add(message, "", 1);
	add_account(message, to);
	return !message->full;
}

bool index_former_message(struct bytes identity, const struct index_identity *to,
			  struct buffer *message)
{
	add_bytes(message, identity, "");
	buffer_add(message, "", 1);
	add_account(message, to);
	return !message->full;
}

bool index_rule_message(struct bytes iss, const struct index_rule *rule,
			struct buffer *message)
{
	add_bytes(message, iss, "");
	buffer_add(message, "", 1);
	if (rule->denied)
		add_bytes(message, bytes_of_text("denied"), "");
	else
		add_rule(message, rule);
	return !message->full;
}
