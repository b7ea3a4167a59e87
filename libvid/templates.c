/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/templates.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define LOCK_SECONDS 5
#define VERSION_LEN  8
#define MARK_LEN     (VERSION_LEN + 32)

/* The files of one owner. */
struct places {
	char name[64]; /* ACCOUNT.IDHASH */
	char record[PATH_MAX], mark[PATH_MAX], lock[PATH_MAX];
};

static const struct template_owner *unbound_of(const struct template_owner *owner,
					       struct template_owner *room)
{
	*room = (struct template_owner){
		.account = owner->account, .uid = UINT32_MAX, .iss = "", .sub = ""
	};
	return room;
}

/* 16 hex digits over iss || 0 || sub, or "unbound". */
static void identity_hash(const struct template_owner *owner, char out[17])
{
	crypto_generichash_state state;
	uint8_t hash[32];

	if (!*owner->iss && !*owner->sub) {
		memcpy(out, "unbound", sizeof("unbound"));
		return;
	}
	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	crypto_generichash_update(&state, (const uint8_t *)owner->iss,
				  strlen(owner->iss) + 1);
	crypto_generichash_update(&state, (const uint8_t *)owner->sub,
				  strlen(owner->sub));
	crypto_generichash_final(&state, hash, sizeof(hash));
	sodium_bin2hex(out, 17, hash, 8);
}

static enum vid_reason places_of(const char *folder, const struct template_owner *owner,
				 struct places *out, struct problem *problem)
{
	char file[80], hash[17];

	identity_hash(owner, hash);
	(void)snprintf(out->name, sizeof(out->name), "%s.%s", owner->account, hash);
	if (!*owner->account || *owner->account == '.' || strchr(owner->account, '/') ||
	    strlen(owner->account) > VID_NAME_MAX) {
		problem_set(problem, "'%.40s' is not an account's name", owner->account);
		return VID_INTERNAL;
	}
	(void)snprintf(file, sizeof(file), "%s.face", out->name);
	if (!path_join(out->record, sizeof(out->record), folder, file))
		return VID_INTERNAL;
	(void)snprintf(file, sizeof(file), "%s.mark", out->name);
	if (!path_join(out->mark, sizeof(out->mark), folder, file) ||
	    !path_join(out->lock, sizeof(out->lock), folder, ".lock"))
		return VID_INTERNAL;
	return VID_OK;
}

/* The MAC covers the name as well: a mark must not serve for another record. */
static void mark_message(const struct places *places, const uint8_t *number,
			 struct buffer *to)
{
	buffer_add(to, number, VERSION_LEN);
	buffer_add(to, places->name, strlen(places->name));
}

static enum vid_reason mark_read(const struct places *places, const struct hostkey *key,
				 uint64_t *version, struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	uint8_t room[VERSION_LEN + sizeof(places->name)];
	struct buffer message = buffer_of(room, sizeof(room));
	enum vid_reason why = file_read_trusted(places->mark, MARK_LEN, &file, problem);

	*version = 0;
	if (why != VID_OK)
		return why;
	if (file.len == MARK_LEN)
		mark_message(places, file.at, &message);
	if (file.len != MARK_LEN ||
	    !hostkey_mac_verify(key, "vid-face-mark-v1", buffer_bytes(&message),
				file.at + VERSION_LEN)) {
		problem_set(problem, "%s: not a watermark of this host", places->mark);
		return VID_FACE_TEMPLATE_BROKEN;
	}
	for (size_t i = 0; i < VERSION_LEN; i++)
		*version = *version << 8 | file.at[i];
	return VID_OK;
}

static enum vid_reason mark_write(const struct places *places, const struct hostkey *key,
				  uint64_t version, struct problem *problem)
{
	uint8_t mark[MARK_LEN], room[VERSION_LEN + sizeof(places->name)];
	struct buffer message = buffer_of(room, sizeof(room));

	for (size_t i = 0; i < VERSION_LEN; i++)
		mark[i] = (uint8_t)(version >> (8 * (VERSION_LEN - 1 - i)));
	mark_message(places, mark, &message);
	hostkey_mac(key, "vid-face-mark-v1", buffer_bytes(&message), mark + VERSION_LEN);
	return file_write(places->mark, bytes_of(mark, sizeof(mark)), 0600, problem);
}

static enum vid_reason record_read(const struct places *places,
				   const struct template_owner *owner,
				   const struct hostkey *key, struct template *out,
				   uint8_t *salt, uint64_t *version,
				   struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	enum vid_reason why =
		file_read_trusted(places->record, TEMPLATE_RECORD_MAX, &file, problem);

	if (why != VID_OK)
		return why;
	why = template_open(bytes_of(file.at, file.len), owner, key, out, salt, version);
	if (why != VID_OK)
		problem_set(problem,
			    "%s: cannot be opened; it is damaged, somebody else's, or "
			    "another host's",
			    places->record);
	return why;
}

enum vid_reason templates_load(const char *folder, const struct template_owner *owner,
			       const struct hostkey *key, struct template *out,
			       uint8_t salt[TEMPLATE_SALT_LEN], struct problem *problem)
{
	struct places places;
	uint64_t version, mark;
	enum vid_reason why;

	memset(out, 0, sizeof(*out));
	if ((why = places_of(folder, owner, &places, problem)) != VID_OK)
		return why;
	why = record_read(&places, owner, key, out, salt, &version, problem);
	if (why != VID_OK)
		return why == VID_FILE_MISSING ? VID_FACE_NO_TEMPLATE : why;
	why = mark_read(&places, key, &mark, problem);
	if (why == VID_OK && version < mark) {
		problem_set(problem, "%s: an older record than the newest written",
			    places.record);
		why = VID_FACE_TEMPLATE_BROKEN;
	}
	if (why == VID_OK)
		return VID_OK;
	template_wipe(out);
	return why == VID_FILE_MISSING ? VID_FACE_TEMPLATE_BROKEN : why;
}

/*
 * The version to write on top of. Without a mark one is written first, so that a record
 * that nobody marked is never a good one: whoever deletes the mark gains nothing.
 */
static enum vid_reason watermark(const struct places *places,
				 const struct template_owner *owner,
				 const struct hostkey *key, uint64_t *version,
				 struct problem *problem)
{
	AUTO(template_wipe) struct template old = { 0 };
	enum vid_reason why = mark_read(places, key, version, problem);
	uint8_t salt[TEMPLATE_SALT_LEN];

	if (why != VID_FILE_MISSING)
		return why;
	if (record_read(places, owner, key, &old, salt, version, NULL) != VID_OK)
		*version = 0;
	return mark_write(places, key, *version + 1, problem);
}

/* With the lock held. */
static enum vid_reason store(const struct places *places,
			     const struct template_owner *owner,
			     const struct hostkey *key, const struct template *template,
			     const uint8_t *salt, struct problem *problem)
{
	uint8_t room[TEMPLATE_RECORD_MAX];
	struct buffer record = buffer_of(room, sizeof(room));
	uint64_t version;
	enum vid_reason why;

	if ((why = watermark(places, owner, key, &version, problem)) != VID_OK)
		return why;
	version++;
	why = template_seal(template, salt, version, owner, key, &record);
	if (why != VID_OK)
		return why;
	why = file_write(places->record, buffer_bytes(&record), 0600, problem);
	if (why != VID_OK)
		return why;
	return mark_write(places, key, version, problem);
}

static enum vid_reason lock(const struct places *places, int *fd, struct problem *problem)
{
	*fd = file_lock(places->lock, LOCK_SECONDS);
	if (*fd >= 0)
		return VID_OK;
	problem_set(problem, "%s: cannot be locked: %m", places->lock);
	return VID_FILE_IO;
}

enum vid_reason templates_store(const char *folder, const struct template_owner *owner,
				const struct hostkey *key,
				const struct template *template,
				const uint8_t salt[TEMPLATE_SALT_LEN],
				struct problem *problem)
{
	AUTO_CLOSE int fd = -1;
	struct places places;
	enum vid_reason why;

	if ((why = places_of(folder, owner, &places, problem)) != VID_OK ||
	    (why = lock(&places, &fd, problem)) != VID_OK)
		return why;
	return store(&places, owner, key, template, salt, problem);
}

/* With the lock held. The record goes first: a mark alone opens nothing. */
static enum vid_reason discard(const struct places *places, struct problem *problem)
{
	enum vid_reason why = file_remove(places->record, problem);

	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	why = file_remove(places->mark, problem);
	return why == VID_FILE_MISSING ? VID_OK : why;
}

enum vid_reason templates_bind(const char *folder, const struct template_owner *owner,
			       const struct hostkey *key, struct problem *problem)
{
	AUTO(template_wipe) struct template template = { 0 };
	struct template_owner room;
	const struct template_owner *before = unbound_of(owner, &room);
	struct places old, new;
	AUTO_CLOSE int fd = -1;
	uint8_t salt[TEMPLATE_SALT_LEN];
	enum vid_reason why;

	why = templates_load(folder, before, key, &template, salt, problem);
	if (why != VID_OK)
		return why == VID_FACE_NO_TEMPLATE ? VID_OK : why;
	if ((why = places_of(folder, before, &old, problem)) != VID_OK ||
	    (why = places_of(folder, owner, &new, problem)) != VID_OK ||
	    (why = lock(&new, &fd, problem)) != VID_OK)
		return why;
	/* it may have been forgotten or replaced before the lock was ours */
	why = templates_load(folder, before, key, &template, salt, problem);
	if (why != VID_OK)
		return why == VID_FACE_NO_TEMPLATE ? VID_OK : why;
	why = store(&new, owner, key, &template, salt, problem);
	return why == VID_OK ? discard(&old, problem) : why;
}

enum vid_reason templates_remove(const char *folder, const struct template_owner *owner,
				 struct problem *problem)
{
	AUTO_CLOSE int fd = -1;
	struct places places;
	enum vid_reason why;

	if ((why = places_of(folder, owner, &places, problem)) != VID_OK ||
	    (why = lock(&places, &fd, problem)) != VID_OK)
		return why;
	return discard(&places, problem);
}
