/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks that only rise: reading, raising, making the anchor, recovering it. */
#include "libvid/anchor.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/anchor_parts.h"
#include "libvid/cleanup.h"
#include "libvid/output_folder.h"

#define LOCK_SECONDS 10

/* Exclusive use of the folder while it lives, and the head that is in force. */
struct session {
	int lock;
	struct anchor_head head;
};

#define SESSION_NONE                                                                     \
	{                                                                                \
		.lock = -1                                                               \
	}

static void session_end(struct session *session)
{
	cleanup_close(&session->lock);
}

static enum vid_reason take_lock(const struct anchor *anchor, int *lock,
				 struct problem *problem)
{
	char path[PATH_MAX];

	if (!path_join(path, sizeof(path), anchor->folder, "lock")) {
		problem_set(problem, "%s: the path is too long", anchor->folder);
		return VID_FILE_IO;
	}
	*lock = file_lock(path, LOCK_SECONDS);
	if (*lock >= 0)
		return VID_OK;
	if (errno == ENOENT)
		problem_set(problem,
			    "the folder %s is missing (systemd-tmpfiles --create makes "
			    "it)",
			    anchor->folder);
	else
		problem_set(problem, "%s: cannot lock: %s", path, strerror(errno));
	return VID_FILE_IO;
}

/* --- the device ------------------------------------------------------------------ */

/* Whether a change waits for the device, so that one process alone raises it. */
enum device_answer { DEVICE_FITS, DEVICE_WAITS, DEVICE_REFUSES };

static enum vid_reason device_compare(const struct anchor *anchor,
				      const struct anchor_head *head, bool fresh,
				      enum device_answer *answer, struct problem *problem)
{
	uint64_t value = 0;
	enum vid_reason why;

	*answer = DEVICE_REFUSES;
	if (head->counter == 0) {
		problem_set(problem,
			    "%s: not bound to this machine's TPM: `vid anchor recover` "
			    "binds it",
			    anchor->folder);
		return VID_STATE;
	}
	why = anchor->device->read(anchor->device->at, fresh, &value, problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	if (why == VID_OK && value == head->counter)
		*answer = DEVICE_FITS;
	else if (why == VID_OK && head->counter - value == 1)
		*answer = DEVICE_WAITS;
	if (*answer != DEVICE_REFUSES)
		return VID_OK;
	problem_set(problem,
		    "%s: of another day than this machine's TPM says (%" PRIu64
		    ", not %" PRIu64 "): put it back as it was last, or `vid anchor "
		    "recover`",
		    anchor->folder, head->counter, why == VID_OK ? value : 0);
	return VID_STATE;
}

/*
 * Does the device agree with the head? A head that is ahead by one is a change that was
 * cut short before the device was raised: with the lock held it is finished here.
 */
static enum vid_reason device_check(const struct anchor *anchor,
				    const struct anchor_head *head, bool locked,
				    struct problem *problem)
{
	enum device_answer answer;
	uint64_t value = 0;
	enum vid_reason why;

	if (!anchor->device)
		return VID_OK;
	why = device_compare(anchor, head, false, &answer, problem);
	if (why == VID_OK && answer == DEVICE_FITS)
		return VID_OK;
	/* another process may have raised it since it was read */
	why = device_compare(anchor, head, true, &answer, problem);
	if (why != VID_OK || answer == DEVICE_FITS)
		return why;
	if (!locked)
		return VID_STATE;
	why = anchor->device->raise(anchor->device->at, &value, problem);
	if (why == VID_OK && value != head->counter) {
		problem_set(problem,
			    "%s: the TPM's counter was raised by another program",
			    anchor->folder);
		why = VID_STATE;
	}
	return why;
}

/* --- making it ------------------------------------------------------------------- */

static enum vid_reason stamp_write(const struct anchor *anchor, struct problem *problem)
{
	struct stat found;

	if (!anchor->stamp || lstat(anchor->stamp, &found) == 0)
		return VID_OK;
	return file_write(anchor->stamp, bytes_of_text("vid-anchor 1\n"), 0600, problem);
}

/* Is a missing head the first one? VID_OK when it is. */
static enum vid_reason judge_first(const struct anchor *anchor, struct problem *problem)
{
	enum vid_reason why = VID_FILE_MISSING;
	struct stat found;
	uint64_t value;

	if (anchor->device)
		why = anchor->device->read(anchor->device->at, true, &value, problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	if (anchor->stamp && why == VID_FILE_MISSING &&
	    lstat(anchor->stamp, &found) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return VID_OK;
		problem_set(problem, "%s: %s", anchor->stamp, strerror(errno));
		return VID_FILE_IO;
	}
	if (!anchor->stamp && why == VID_FILE_MISSING)
		return VID_OK;
	problem_set(problem,
		    "%s/head: lost; put the folder back as it was last, or `vid anchor "
		    "recover`",
		    anchor->folder);
	return VID_STATE;
}

static void buckets_free(struct anchor_marks **buckets)
{
	for (unsigned i = 0; *buckets && i < ANCHOR_BUCKETS; i++)
		anchor_marks_free(&(*buckets)[i]);
	free(*buckets);
}

/* With the lock held: the first head, with the marks that earlier versions kept. */
static enum vid_reason make(const struct anchor *anchor, struct anchor_head *head,
			    struct problem *problem)
{
	AUTO(buckets_free)
	struct anchor_marks *buckets = calloc(ANCHOR_BUCKETS, sizeof(*buckets));
	enum vid_reason why;

	if (!buckets)
		return VID_INTERNAL;
	if ((why = judge_first(anchor, problem)) != VID_OK ||
	    (why = anchor_import(anchor, buckets, problem)) != VID_OK)
		return why;
	memset(head, 0, sizeof(*head));
	head->generation = 1;
	for (unsigned i = 0; why == VID_OK && i < ANCHOR_BUCKETS; i++)
		why = anchor_bucket_write(anchor, head, i, &buckets[i], problem);
	if (why == VID_OK)
		why = anchor_head_write(anchor, head, problem);
	if (why == VID_OK)
		why = stamp_write(anchor, problem);
	if (why == VID_OK)
		anchor_import_end(anchor);
	return why;
}

static enum vid_reason session_start(const struct anchor *anchor, struct session *session,
				     struct problem *problem)
{
	enum vid_reason why;

	/* what does not work out here is told by the lock */
	if (output_folder_make(anchor->folder, 0700) < 0)
		errno = 0;
	if ((why = take_lock(anchor, &session->lock, problem)) != VID_OK)
		return why;
	why = anchor_head_read(anchor, &session->head, problem);
	if (why == VID_FILE_MISSING) {
		problem_set(problem, "%s", "");
		why = make(anchor, &session->head, problem);
	}
	return why == VID_OK ? device_check(anchor, &session->head, true, problem) : why;
}

/* --- reading --------------------------------------------------------------------- */

static bool name_valid(const struct anchor *anchor, const char *name,
		       struct problem *problem)
{
	if (anchor->folder && anchor->key && strlen(name) <= ANCHOR_NAME_MAX)
		return true;
	problem_set(problem, "no name of a mark: %.40s", name);
	return false;
}

static enum vid_reason find(const struct anchor *anchor, const struct anchor_head *head,
			    const struct anchor_id *id, uint64_t *value,
			    struct problem *problem)
{
	AUTO(anchor_marks_free) struct anchor_marks marks = { NULL, 0, 0 };
	enum vid_reason why =
		anchor_bucket_read(anchor, head, id->at[0], &marks, problem);

	if (why != VID_OK)
		return why;
	if (!anchor_marks_find(&marks, id, value))
		return VID_FILE_MISSING;
	if (*value != ANCHOR_SPOILT)
		return VID_OK;
	problem_set(problem,
		    "%s: a mark of an earlier version could not be read when it was "
		    "moved here: `vid anchor forget` removes it, `vid clock reset` the "
		    "clock's",
		    anchor->folder);
	return VID_STATE;
}

/* Without the lock: a writer may replace files between two of our calls, so only success
 * counts. */
static bool read_unlocked(const struct anchor *anchor, const struct anchor_id *id,
			  uint64_t *value, enum vid_reason *why)
{
	struct anchor_head head;

	if (anchor_head_read(anchor, &head, NULL) != VID_OK ||
	    device_check(anchor, &head, false, NULL) != VID_OK)
		return false;
	*why = find(anchor, &head, id, value, NULL);
	return *why == VID_OK || *why == VID_FILE_MISSING;
}

enum vid_reason anchor_read(const struct anchor *anchor, enum anchor_kind kind,
			    const char *name, uint64_t *value, struct problem *problem)
{
	AUTO(session_end) struct session session = SESSION_NONE;
	struct anchor_id id;
	enum vid_reason why = VID_INTERNAL;

	*value = 0;
	if (!name_valid(anchor, name, problem))
		return VID_INTERNAL;
	anchor_id_of(anchor, kind, name, &id);
	if (!read_unlocked(anchor, &id, value, &why)) {
		why = session_start(anchor, &session, problem);
		if (why == VID_FILE_MISSING) /* of a part: no proof of absence */
			why = VID_FILE_IO;
		if (why == VID_OK)
			why = find(anchor, &session.head, &id, value, problem);
	}
	if (why != VID_OK)
		*value = 0;
	return why;
}

/* --- changing -------------------------------------------------------------------- */

/* A per-login mark may wait a while for the device, which wears. */
static bool is_per_login(enum anchor_kind kind)
{
	return kind == ANCHOR_COUNTER || kind == ANCHOR_CLOCK || kind == ANCHOR_REPLAY;
}

static bool batch_is_due(const struct anchor_head *head, int64_t now)
{
	return now < (int64_t)head->raised_at ||
	       now - (int64_t)head->raised_at >= ANCHOR_BATCH_SECONDS;
}

/*
 * Put a new head into force. It is written before the device is raised: a kill between
 * the two leaves a head that is ahead by one, which the next call finishes. The other
 * order would leave a device that no head fits.
 */
static enum vid_reason commit(const struct anchor *anchor, struct anchor_head *head,
			      bool raise, struct problem *problem)
{
	uint64_t value = 0;
	enum vid_reason why;

	raise = raise && anchor->device;
	head->generation++;
	if (raise) {
		head->counter++;
		head->settled = head->generation;
		head->raised_at = (uint64_t)time(NULL);
	}
	if ((why = anchor_head_write(anchor, head, problem)) != VID_OK ||
	    (why = stamp_write(anchor, problem)) != VID_OK)
		return why;
	if (raise)
		why = anchor->device->raise(anchor->device->at, &value, problem);
	if (why == VID_OK && raise && value != head->counter) {
		problem_set(problem,
			    "%s: the TPM's counter was raised by another program",
			    anchor->folder);
		why = VID_STATE;
	}
	anchor_sweep(anchor, head);
	return why;
}

static enum vid_reason write_marks(const struct anchor *anchor, struct session *session,
				   unsigned bucket, const struct anchor_marks *marks,
				   enum anchor_kind kind, struct problem *problem)
{
	enum vid_reason why =
		anchor_bucket_write(anchor, &session->head, bucket, marks, problem);

	if (why != VID_OK)
		return why;
	return commit(anchor, &session->head,
		      !is_per_login(kind) ||
			      batch_is_due(&session->head, (int64_t)time(NULL)),
		      problem);
}

enum vid_reason anchor_raise(const struct anchor *anchor, enum anchor_kind kind,
			     const char *name, uint64_t value, uint64_t *before,
			     struct problem *problem)
{
	AUTO(session_end) struct session session = SESSION_NONE;
	AUTO(anchor_marks_free) struct anchor_marks marks = { NULL, 0, 0 };
	struct anchor_id id;
	uint64_t was = 0;
	enum vid_reason why;

	if (before)
		*before = 0;
	if (!name_valid(anchor, name, problem) || value > ANCHOR_VALUE_MAX)
		return VID_INTERNAL;
	anchor_id_of(anchor, kind, name, &id);
	if ((why = session_start(anchor, &session, problem)) != VID_OK)
		return why == VID_FILE_MISSING ? VID_FILE_IO : why;
	why = find(anchor, &session.head, &id, &was, problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	if (before)
		*before = was;
	if (why == VID_OK && value <= was)
		return VID_OK;
	why = anchor_bucket_read(anchor, &session.head, id.at[0], &marks, problem);
	if (why != VID_OK)
		return why;
	if (!anchor_marks_put(&marks, &id, kind, value)) {
		problem_set(problem, "%s: no room for one more mark", anchor->folder);
		return VID_STATE;
	}
	return write_marks(anchor, &session, id.at[0], &marks, kind, problem);
}

/* Change one mark downwards, which no login does: to `value`, or removed. */
static enum vid_reason lower(const struct anchor *anchor, enum anchor_kind kind,
			     const char *name, const uint64_t *value,
			     struct problem *problem)
{
	AUTO(session_end) struct session session = SESSION_NONE;
	AUTO(anchor_marks_free) struct anchor_marks marks = { NULL, 0, 0 };
	struct anchor_id id;
	uint64_t was = 0;
	enum vid_reason why;

	if (!name_valid(anchor, name, problem))
		return VID_INTERNAL;
	anchor_id_of(anchor, kind, name, &id);
	if ((why = session_start(anchor, &session, problem)) != VID_OK)
		return why == VID_FILE_MISSING ? VID_FILE_IO : why;
	why = anchor_bucket_read(anchor, &session.head, id.at[0], &marks, problem);
	if (why != VID_OK || !anchor_marks_find(&marks, &id, &was) ||
	    (value && *value >= was))
		return why;
	(void)(value ? anchor_marks_put(&marks, &id, kind, *value)
		     : anchor_marks_remove(&marks, &id));
	why = anchor_bucket_write(anchor, &session.head, id.at[0], &marks, problem);
	return why == VID_OK ? commit(anchor, &session.head, true, problem) : why;
}

enum vid_reason anchor_lower(const struct anchor *anchor, enum anchor_kind kind,
			     const char *name, uint64_t value, struct problem *problem)
{
	return lower(anchor, kind, name, &value, problem);
}

enum vid_reason anchor_reset(const struct anchor *anchor, enum anchor_kind kind,
			     const char *name, struct problem *problem)
{
	return lower(anchor, kind, name, NULL, problem);
}

enum vid_reason anchor_settle(const struct anchor *anchor, struct problem *problem)
{
	AUTO(session_end) struct session session = SESSION_NONE;
	enum vid_reason why = session_start(anchor, &session, problem);

	if (why != VID_OK)
		return why == VID_FILE_MISSING ? VID_FILE_IO : why;
	if (!anchor->device || session.head.generation <= session.head.settled)
		return VID_OK;
	return commit(anchor, &session.head, true, problem);
}

/* --- for the administrator ------------------------------------------------------- */

enum vid_reason anchor_facts(const struct anchor *anchor, struct anchor_facts *out,
			     struct problem *problem)
{
	AUTO(session_end) struct session session = SESSION_NONE;
	enum vid_reason why = session_start(anchor, &session, problem);

	memset(out, 0, sizeof(*out));
	if (why != VID_OK)
		return why == VID_FILE_MISSING ? VID_FILE_IO : why;
	out->generation = session.head.generation;
	out->counter = session.head.counter;
	out->waits =
		session.head.counter && session.head.generation > session.head.settled;
	for (unsigned i = 0; i < ANCHOR_BUCKETS; i++) {
		AUTO(anchor_marks_free) struct anchor_marks marks = { NULL, 0, 0 };

		why = anchor_bucket_read(anchor, &session.head, i, &marks, problem);
		if (why != VID_OK)
			return why;
		for (size_t m = 0; m < marks.count; m++) {
			uint8_t kind = marks.at[m * ANCHOR_MARK_LEN + ANCHOR_ID_LEN];

			out->marks[kind < ANCHOR_KIND_COUNT ? kind : 0]++;
		}
	}
	return VID_OK;
}

/* A counter of the device that is above every value that a head has named. */
static enum vid_reason bind(const struct anchor *anchor, struct anchor_head *head,
			    struct problem *problem)
{
	uint64_t value = 0;
	enum vid_reason why;

	if (!anchor->device) {
		head->counter = 0;
		return VID_OK;
	}
	why = anchor->device->read(anchor->device->at, true, &value, problem);
	if (why == VID_FILE_MISSING)
		why = anchor->device->make(anchor->device->at, &value, problem);
	head->counter = value;
	return why;
}

enum vid_reason anchor_recover(const struct anchor *anchor, unsigned *lost,
			       struct problem *problem)
{
	AUTO(session_end) struct session session = SESSION_NONE;
	struct anchor_head *head = &session.head;
	bool gone[ANCHOR_BUCKETS] = { false };
	bool headless;
	enum vid_reason why;

	*lost = 0;
	if (output_folder_make(anchor->folder, 0700) < 0 && errno != EEXIST) {
		problem_set(problem, "%s: %s", anchor->folder, strerror(errno));
		return VID_FILE_IO;
	}
	if ((why = take_lock(anchor, &session.lock, problem)) != VID_OK)
		return why;
	headless = anchor_head_read(anchor, head, NULL) != VID_OK;
	if (headless)
		memset(head, 0, sizeof(*head));
	for (unsigned i = 0; i < ANCHOR_BUCKETS; i++) {
		AUTO(anchor_marks_free) struct anchor_marks marks = { NULL, 0, 0 };

		gone[i] = headless ||
			  anchor_bucket_read(anchor, head, i, &marks, NULL) != VID_OK;
		if (gone[i])
			memset(head->digest[i], 0, ANCHOR_DIGEST_LEN);
		*lost += gone[i];
	}
	if ((why = anchor_adopt(anchor, head, gone, problem)) != VID_OK ||
	    (why = bind(anchor, head, problem)) != VID_OK)
		return why;
	return commit(anchor, head, true, problem);
}
