/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/index_write.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/identity_hash.h"

static enum vid_reason failed(const struct index_writer *writer, const char *what,
			      struct problem *problem)
{
	problem_set(problem, "%s: cannot %s: %m", writer->path, what);
	return VID_FILE_IO;
}

static enum vid_reason put(struct index_writer *writer, struct bytes key,
			   struct bytes value, struct problem *problem)
{
	char text[1024];
	int len = snprintf(text, sizeof(text), "%.*s#%08" PRIx32, (int)value.len,
			   (const char *)value.at, index_sum(key, value));

	if (len < 0 || (size_t)len >= sizeof(text))
		errno = EMSGSIZE;
	else if (cdb_make_add(&writer->cdb, key.at, (unsigned)key.len, text,
			      (unsigned)len) == 0)
		return VID_OK;
	return failed(writer, "write a record", problem);
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

static int print_stamp(char *to, size_t size, const char *name,
		       const struct index_stamp *stamp)
{
	return snprintf(
		to, size, "%s%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIi64 ",%" PRIi64,
		name, stamp->dev, stamp->ino, stamp->size, stamp->mtime, stamp->ctime);
}

enum vid_reason index_write_start(struct index_writer *writer, const char *path,
				  uint32_t rows, const struct index_stamp *passwd,
				  const struct index_stamp *group,
				  struct problem *problem)
{
	char text[512], p[160], g[160];
	struct stat st;

	*writer = (struct index_writer){ .fd = -1 };
	if (snprintf(writer->path, PATH_MAX, "%s", path) >= PATH_MAX ||
	    snprintf(writer->temporary, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return failed(writer, "write", problem);
	}
	/* rename() would put a file in the place of a device, which is everybody's */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return problem_set(problem, "%s: not replaced: it is no regular file",
				   path),
		       VID_FILE_IO;
	if ((writer->fd = mkostemp(writer->temporary, O_CLOEXEC)) < 0)
		return failed(writer, "create a temporary file beside it", problem);
	if (cdb_make_start(&writer->cdb, writer->fd) != 0)
		return failed(writer, "write", problem);
	(void)print_stamp(p, sizeof(p), "passwd=", passwd);
	(void)print_stamp(g, sizeof(g), "group=", group);
	(void)snprintf(text, sizeof(text), "vid-accounts 2 rows=%" PRIu32 " %s %s", rows,
		       p, g);
	return put(writer, bytes_of_text("vid"), bytes_of_text(text), problem);
}

static enum vid_reason put_row(struct index_writer *writer, char kind, struct bytes key,
			       const struct index_row *row, struct problem *problem)
{
	char text[VID_NAME_MAX + 3 * INDEX_FIELD_MAX + 64];
	int len = snprintf(text, sizeof(text),
			   "%.*s:x:%" PRIu32 ":%" PRIu32 ":%.*s:%.*s:%.*s",
			   (int)row->name.len, (const char *)row->name.at, row->uid,
			   row->gid, (int)row->gecos.len, (const char *)row->gecos.at,
			   (int)row->home.len, (const char *)row->home.at,
			   (int)row->shell.len, (const char *)row->shell.at);

	if (len < 0 || (size_t)len >= sizeof(text)) {
		errno = EMSGSIZE;
		return failed(writer, "write a row", problem);
	}
	return put_kind(writer, kind, key, bytes_of(text, (size_t)len), problem);
}

enum vid_reason index_write_row(struct index_writer *writer, const struct index_row *row,
				struct problem *problem)
{
	return put_row(writer, 'n', row->name, row, problem);
}

enum vid_reason index_write_numbers(struct index_writer *writer,
				    const struct index_row *row, struct problem *problem)
{
	enum vid_reason why;
	char number[16];

	(void)snprintf(number, sizeof(number), "%" PRIu32, row->uid);
	why = put_row(writer, 'u', bytes_of_text(number), row, problem);
	if (why != VID_OK)
		return why;
	(void)snprintf(number, sizeof(number), "%" PRIu32, row->gid);
	return put_row(writer, 'g', bytes_of_text(number), row, problem);
}

enum vid_reason index_write_identity(struct index_writer *writer, struct bytes identity,
				     const struct index_identity *to,
				     struct problem *problem)
{
	char hash[IDENTITY_HASH_LEN + 1], text[VID_NAME_MAX + 3 * INDEX_FIELD_MAX + 128];
	int len = snprintf(text, sizeof(text), "%.*s:%" PRIu32 ":", (int)to->name.len,
			   (const char *)to->name.at, to->uid);

	if (!identity_hash(identity, hash) || to->name.len > VID_NAME_MAX || len < 0) {
		errno = EMSGSIZE;
		return failed(writer, "write an identity", problem);
	}
	for (size_t i = 0; i < sizeof(to->mac); i++)
		len += snprintf(text + len, 3, "%02x", to->mac[i]);
	if (to->own)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				":%" PRIu32 ":%.*s:%.*s:%.*s", to->row.gid,
				(int)to->row.gecos.len, (const char *)to->row.gecos.at,
				(int)to->row.home.len, (const char *)to->row.home.at,
				(int)to->row.shell.len, (const char *)to->row.shell.at);
	if ((size_t)len >= sizeof(text)) {
		errno = EMSGSIZE;
		return failed(writer, "write an identity", problem);
	}
	return put_kind(writer, 'i', bytes_of_text(hash), bytes_of(text, (size_t)len),
			problem);
}

enum vid_reason index_write_mapped(struct index_writer *writer, struct bytes name,
				   struct problem *problem)
{
	return put_kind(writer, 'h', name, bytes_of_text("1"), problem);
}

static bool sync_folder(const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	AUTO_CLOSE int fd =
		open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0;
}

enum vid_reason index_write_finish(struct index_writer *writer, struct problem *problem)
{
	if (cdb_make_finish(&writer->cdb) != 0)
		return failed(writer, "write", problem);
	if (fchmod(writer->fd, 0644) < 0 || fsync(writer->fd) < 0)
		return failed(writer, "write", problem);
	if (rename(writer->temporary, writer->path) < 0)
		return failed(writer, "put the new index in place", problem);
	(void)close(writer->fd);
	writer->fd = -1;
	return sync_folder(writer->path) ? VID_OK
					 : failed(writer, "sync the folder of", problem);
}

void index_write_abandon(struct index_writer *writer)
{
	if (writer->fd < 0)
		return;
	(void)unlink(writer->temporary);
	(void)close(writer->fd);
	writer->fd = -1;
}

bool index_mac_message(struct bytes identity, struct bytes name, uint32_t uid,
		       struct buffer *to)
{
	char number[16];

	(void)snprintf(number, sizeof(number), "%" PRIu32, uid);
	buffer_add(to, identity.at, identity.len);
	buffer_add(to, "", 1);
	buffer_add(to, name.at, name.len);
	buffer_add(to, "", 1);
	buffer_add(to, number, strlen(number));
	return !to->full;
}
