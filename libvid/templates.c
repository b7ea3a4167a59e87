/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/templates.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define LOCK_SECONDS 5

/* The files of one owner. */
struct places {
	char name[64]; /* ACCOUNT.IDHASH */
	char record[PATH_MAX], lock[PATH_MAX];
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
	if (!path_join(out->lock, sizeof(out->lock), folder, ".lock"))
		return VID_INTERNAL;
	return VID_OK;
}

static enum vid_reason mark_read(const struct places *places, const struct anchor *anchor,
				 uint64_t *version, struct problem *problem)
{
	return anchor_read(anchor, ANCHOR_TEMPLATE, places->name, version, problem);
}

static enum vid_reason mark_raise(const struct places *places,
				  const struct anchor *anchor, uint64_t version,
				  struct problem *problem)
{
	return anchor_raise(anchor, ANCHOR_TEMPLATE, places->name, version, NULL,
			    problem);
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
			       const struct anchor *anchor, struct template *out,
			       uint8_t salt[TEMPLATE_SALT_LEN], struct problem *problem)
{
	struct places places;
	uint64_t version, mark;
	enum vid_reason why;

	memset(out, 0, sizeof(*out));
	if ((why = places_of(folder, owner, &places, problem)) != VID_OK)
		return why;
	why = record_read(&places, owner, anchor->key, out, salt, &version, problem);
	if (why != VID_OK)
		return why == VID_FILE_MISSING ? VID_FACE_NO_TEMPLATE : why;
	why = mark_read(&places, anchor, &mark, problem);
	if (why == VID_FILE_MISSING)
		problem_set(problem, "%s: a record that this host has no mark of",
			    places.record);
	else if (why == VID_OK && version < mark)
		problem_set(problem, "%s: an older record than the newest written",
			    places.record);
	if (why == VID_OK && version >= mark)
		return VID_OK;
	template_wipe(out);
	return why == VID_OK || why == VID_FILE_MISSING ? VID_FACE_TEMPLATE_BROKEN : why;
}

/*
 * The newest version that was ever written, which is the mark's, or a record's that a
 * kill left ahead of it. 0: none. *marked: is there a mark?
 */
static enum vid_reason newest(const struct places *places,
			      const struct template_owner *owner,
			      const struct anchor *anchor, uint64_t *version,
			      bool *marked, struct problem *problem)
{
	AUTO(template_wipe) struct template old = { 0 };
	uint8_t salt[TEMPLATE_SALT_LEN];
	enum vid_reason why = mark_read(places, anchor, version, problem);
	uint64_t found;

	*marked = why == VID_OK;
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	/* what does not open is no record, and is written over */
	if (record_read(places, owner, anchor->key, &old, salt, &found, NULL) == VID_OK &&
	    found > *version)
		*version = found;
	return VID_OK;
}

/*
 * With the lock held. Without a mark one is written first, so that a record that nobody
 * marked is never a good one.
 */
static enum vid_reason store(const struct places *places,
			     const struct template_owner *owner,
			     const struct anchor *anchor, const struct template *template,
			     const uint8_t *salt, struct problem *problem)
{
	uint8_t room[TEMPLATE_RECORD_MAX];
	struct buffer record = buffer_of(room, sizeof(room));
	uint64_t version;
	enum vid_reason why;
	bool marked;

	why = newest(places, owner, anchor, &version, &marked, problem);
	version++;
	if (why == VID_OK && !marked)
		why = mark_raise(places, anchor, version, problem);
	if (why == VID_OK)
		why = template_seal(template, salt, version, owner, anchor->key, &record);
	if (why == VID_OK)
		why = file_write(places->record, buffer_bytes(&record), 0600, problem);
	return why == VID_OK ? mark_raise(places, anchor, version, problem) : why;
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
				const struct anchor *anchor,
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
	return store(&places, owner, anchor, template, salt, problem);
}

/*
 * With the lock held. The mark stays, above every version that was written: a copy of the
 * record does not open again. The record goes also where the mark cannot be raised.
 */
static enum vid_reason discard(const struct places *places,
			       const struct template_owner *owner,
			       const struct anchor *anchor, struct problem *problem)
{
	uint64_t version;
	bool marked;
	enum vid_reason why = newest(places, owner, anchor, &version, &marked, problem);
	enum vid_reason removed;

	if (why == VID_OK && version)
		why = mark_raise(places, anchor, version + 1, problem);
	removed = file_remove(places->record, why == VID_OK ? problem : NULL);
	if (why != VID_OK || removed != VID_FILE_MISSING)
		return why != VID_OK ? why : removed;
	problem_set(problem, "%s", "");
	return VID_OK;
}

enum vid_reason templates_bind(const char *folder, const struct template_owner *owner,
			       const struct anchor *anchor, struct problem *problem)
{
	AUTO(template_wipe) struct template template = { 0 };
	struct template_owner room;
	const struct template_owner *before = unbound_of(owner, &room);
	struct places old, new;
	AUTO_CLOSE int fd = -1;
	uint8_t salt[TEMPLATE_SALT_LEN];
	enum vid_reason why;

	why = templates_load(folder, before, anchor, &template, salt, problem);
	if (why != VID_OK)
		return why == VID_FACE_NO_TEMPLATE ? VID_OK : why;
	if ((why = places_of(folder, before, &old, problem)) != VID_OK ||
	    (why = places_of(folder, owner, &new, problem)) != VID_OK ||
	    (why = lock(&new, &fd, problem)) != VID_OK)
		return why;
	/* it may have been forgotten or replaced before the lock was ours */
	why = templates_load(folder, before, anchor, &template, salt, problem);
	if (why != VID_OK)
		return why == VID_FACE_NO_TEMPLATE ? VID_OK : why;
	why = store(&new, owner, anchor, &template, salt, problem);
	return why == VID_OK ? discard(&old, before, anchor, problem) : why;
}

enum vid_reason templates_remove(const char *folder, const struct template_owner *owner,
				 const struct anchor *anchor, struct problem *problem)
{
	AUTO_CLOSE int fd = -1;
	struct places places;
	enum vid_reason why;

	if ((why = places_of(folder, owner, &places, problem)) != VID_OK ||
	    (why = lock(&places, &fd, problem)) != VID_OK)
		return why;
	return discard(&places, owner, anchor, problem);
}

enum vid_reason templates_retire(const struct anchor *anchor, const char *name,
				 struct problem *problem)
{
	uint64_t version;
	enum vid_reason why =
		anchor_read(anchor, ANCHOR_TEMPLATE, name, &version, problem);

	if (why == VID_FILE_MISSING)
		return VID_OK; /* proven: no record of that name is a good one */
	/* a kill may have left a record that is ahead by one */
	return why == VID_OK ? anchor_raise(anchor, ANCHOR_TEMPLATE, name, version + 2,
					    NULL, problem)
			     : why;
}
