/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts_state.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "libvid/accounts_mark.h"
#include "libvid/accounts_records.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"

static const char recover_or_put_back[] =
	"put the newest state of this host back, or vid account compile --recover, which "
	"retires every number that no account has";

static enum vid_reason lost(const char *index_path, const char *what,
			    struct problem *problem)
{
	problem_set(problem, "%s: %s: %s", index_path, what, recover_or_put_back);
	return VID_STATE;
}

/* --- a writer that was cut short --------------------------------------------------- */

/* Is PATH.next the whole index that the ledger names? */
static bool next_is_named(const char *index_path, const struct hostkey *key,
			  const struct ledger_head *head)
{
	AUTO(index_close) struct index next = { 0 };
	struct index_seal seal;
	char path[PATH_MAX];

	return head->generation != 0 && index_next_path(index_path, path, sizeof(path)) &&
	       index_open(path, &next) == INDEX_OK &&
	       index_seal_read(&next, key, &seal) == INDEX_OK &&
	       next.generation == head->generation &&
	       sodium_memcmp(seal.content, head->content, sizeof(seal.content)) == 0 &&
	       index_seal_content(&next, &seal) == INDEX_OK;
}

/* Finish it, under the lock. `had`: the generation of the index in place, 0: none. */
static enum vid_reason roll_forward(const char *index_path, const struct hostkey *key,
				    uint64_t had, const struct ledger_head *head,
				    struct problem *problem)
{
	enum vid_reason why;

	if (head->generation != had + 1 || !next_is_named(index_path, key, head))
		return lost(index_path, "missing, or older than the ledger", problem);
	why = accounts_mark_write(index_path, key, head->generation, problem);
	return why == VID_OK ? index_write_place(index_path, problem) : why;
}

static bool is_absent(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

bool accounts_never_compiled(const char *index_path)
{
	char ledger[PATH_MAX], mark[PATH_MAX];

	return ledger_path(index_path, ledger, sizeof(ledger)) &&
	       accounts_mark_path(index_path, mark, sizeof(mark)) &&
	       is_absent(index_path) && is_absent(ledger) && is_absent(mark);
}

/* --- for a login ---------------------------------------------------------------------
 */

void accounts_state_close(struct accounts_state *state)
{
	if (state->open)
		index_close(&state->index);
	state->open = false;
}

/* The index in place, its seal verified. `had`: its generation; 0 when there is none. */
static enum index_result index_take(const char *index_path, const struct hostkey *key,
				    struct accounts_state *out, uint64_t *had)
{
	enum index_result result = index_open(index_path, &out->index);

	*had = 0;
	if (result == INDEX_OK) {
		out->open = true;
		*had = out->index.generation;
		result = index_seal_read(&out->index, key, &out->seal);
	}
	return result;
}

/*
 * Look once. `*behind`: the index is missing, of format 3, or of another generation than
 * the ledger's head, as it is while a writer works or after one was cut short.
 */
static enum vid_reason look(const char *index_path, const struct hostkey *key,
			    struct accounts_state *out, struct ledger_head *head,
			    uint64_t *had, bool *behind, struct problem *problem)
{
	char ledger[PATH_MAX];
	enum vid_reason why, found;
	enum index_result result;
	uint64_t mark;

	*behind = false;
	*had = 0;
	if (!ledger_path(index_path, ledger, sizeof(ledger)))
		return problem_set(problem, "the path is too long: %s", index_path),
		       VID_FILE_IO;
	found = ledger_head_read(ledger, key, head, problem);
	if (found != VID_OK && found != VID_FILE_MISSING)
		return found;
	result = index_take(index_path, key, out, had);
	if (result != INDEX_OK) {
		*behind = found == VID_OK && head->generation == *had + 1 &&
			  (result == INDEX_MISSING || result == INDEX_FORMER);
		if (result == INDEX_MISSING && found == VID_OK)
			return lost(index_path, "missing, but there was one", problem);
		return record_broken(index_path, result, problem);
	}
	if (found == VID_FILE_MISSING)
		return lost(index_path, "its ledger is missing", problem);
	if (head->generation != out->index.generation) {
		*behind = true;
		return lost(index_path, "not of the ledger's generation", problem);
	}
	if (sodium_memcmp(head->content, out->seal.content, sizeof(head->content)) != 0)
		return lost(index_path, "not the index that the ledger names", problem);
	if (head->serial < out->index.ledger)
		return lost(index_path, "its ledger is older than it", problem);
	why = accounts_mark_read(index_path, key, &mark, problem);
	if (why == VID_FILE_MISSING)
		return lost(index_path, "its mark is missing", problem);
	if (why == VID_OK && mark > head->generation)
		return lost(index_path, "older than its mark", problem);
	return why;
}

enum vid_reason accounts_state_open(const char *index_path, const struct hostkey *key,
				    bool locked, struct accounts_state *out,
				    struct problem *problem)
{
	AUTO_CLOSE int lock = -1;
	struct ledger_head head;
	enum vid_reason why;
	uint64_t had;
	bool behind;

	*out = (struct accounts_state){ .open = false };
	why = look(index_path, key, out, &head, &had, &behind, problem);
	if (why == VID_OK || !behind)
		goto done;
	if (!locked) {
		/* a writer is at work, for some seconds at most, or was cut short */
		if ((lock = accounts_lock(index_path)) < 0)
			goto done;
		accounts_state_close(out);
		why = look(index_path, key, out, &head, &had, &behind, problem);
	}
	if (why != VID_OK && behind && head.generation == had + 1) {
		accounts_state_close(out);
		why = roll_forward(index_path, key, had, &head, problem);
		if (why == VID_OK)
			why = look(index_path, key, out, &head, &had, &behind, problem);
	}
done:
	if (why != VID_OK)
		accounts_state_close(out);
	return why;
}

/* --- for a compilation -----------------------------------------------------------------
 */

void accounts_past_free(struct accounts_past *past)
{
	if (past->has_index)
		index_close(&past->index);
	past->has_index = false;
	ledger_free(&past->ledger);
}

/* What the three files are, before they are compared. */
struct found {
	const char *index_path;
	const struct hostkey *key;
	struct problem *problem;
	struct accounts_past *past;
	struct index_seal seal;
	bool had_index, index_whole, had_ledger, ledger_whole, had_mark, mark_whole;
	uint64_t index_generation, mark;
};

static enum vid_reason find_mark(struct found *found)
{
	enum vid_reason why = accounts_mark_read(found->index_path, found->key,
						 &found->mark, found->problem);

	found->had_mark = why != VID_FILE_MISSING;
	found->mark_whole = why == VID_OK;
	return why == VID_FILE_MISSING || why == VID_STATE ? VID_OK : why;
}

static enum vid_reason find_ledger(struct found *found)
{
	enum vid_reason why = ledger_load(found->past->ledger_path, found->key,
					  &found->past->ledger, found->problem);

	found->had_ledger = why != VID_FILE_MISSING;
	found->ledger_whole = why == VID_OK;
	return why == VID_FILE_MISSING || why == VID_STATE ? VID_OK : why;
}

static enum vid_reason find_index(struct found *found)
{
	struct accounts_past *past = found->past;
	enum index_result result = index_open(found->index_path, &past->index);

	if (result == INDEX_REFUSED || result == INDEX_ERROR)
		return record_broken(found->index_path, result, found->problem);
	found->had_index = result != INDEX_MISSING;
	if (result != INDEX_OK)
		return VID_OK;
	past->has_index = true;
	found->index_generation = past->index.generation;
	if (past->index.format == INDEX_FORMAT) {
		result = index_seal_read(&past->index, found->key, &found->seal);
		if (result == INDEX_OK)
			result = index_seal_content(&past->index, &found->seal);
	} else {
		result = index_verify(&past->index);
	}
	found->index_whole = result == INDEX_OK;
	return VID_OK;
}

/* What is wrong with them, together; NULL: nothing. */
static const char *compare(const struct found *found)
{
	const struct accounts_past *past = found->past;
	const struct ledger_head *head = &past->ledger.head;

	if (!found->had_index && !found->had_ledger && !found->had_mark)
		return NULL; /* the first one */
	if (!found->had_index)
		return "missing, but there was one";
	if (!found->index_whole)
		return "damaged, or without this host's MAC";
	if (found->had_ledger
		    ? !found->ledger_whole
		    : past->index.format == INDEX_FORMAT || past->index.ledger > 0)
		return "its ledger is missing, damaged or another host's";
	if (found->had_ledger && head->serial < past->index.ledger)
		return "its ledger is older than it";
	if (past->index.format != INDEX_FORMAT)
		return found->had_mark || head->generation != 0
			       ? "of an earlier version, where there was a newer one"
			       : NULL;
	if (!found->mark_whole)
		return "its mark is missing, damaged or another host's";
	if (found->mark > head->generation)
		return "older than its mark";
	if (past->index.generation != head->generation)
		return "not of the ledger's generation";
	return sodium_memcmp(found->seal.content, head->content, sizeof(head->content)) ==
			       0
		       ? NULL
		       : "not the index that the ledger names";
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static enum vid_reason find_all(struct found *found)
{
	enum vid_reason why;

	if ((why = find_mark(found)) != VID_OK || (why = find_ledger(found)) != VID_OK)
		return why;
	return find_index(found);
}

enum vid_reason accounts_past_load(const char *index_path, const struct hostkey *key,
				   bool locked, bool recover, struct accounts_past *out,
				   struct problem *problem)
{
	struct found found = {
		.index_path = index_path, .key = key, .problem = problem, .past = out
	};
	const struct ledger_head *head = &out->ledger.head;
	AUTO_CLOSE int lock = -1;
	const char *wrong;
	enum vid_reason why;

	*out = (struct accounts_past){ .has_index = false };
	if (!ledger_path(index_path, out->ledger_path, sizeof(out->ledger_path)))
		return problem_set(problem, "the path is too long: %s", index_path),
		       VID_FILE_IO;
	if ((why = find_all(&found)) != VID_OK)
		return why;
	wrong = compare(&found);
	if (wrong && !locked && (lock = accounts_lock(index_path)) >= 0) {
		/* a writer may have been at work in between */
		accounts_past_free(out);
		if ((why = find_all(&found)) != VID_OK)
			return why;
		wrong = compare(&found);
	}
	if (wrong && (locked || lock >= 0) && found.ledger_whole &&
	    (found.index_whole || !found.had_index) &&
	    roll_forward(index_path, key, found.index_generation, head, problem) ==
		    VID_OK) {
		accounts_past_free(out);
		if ((why = find_all(&found)) != VID_OK)
			return why;
		wrong = compare(&found);
	}
	if (wrong && !recover)
		return lost(index_path, wrong, problem);
	out->lost = wrong != NULL;
	out->generation =
		larger(found.index_generation, larger(head->generation, found.mark));
	out->serial = larger(out->has_index ? out->index.ledger : 0, head->serial);
	if (out->lost && out->has_index) {
		index_close(&out->index);
		out->has_index = false;
	}
	return VID_OK;
}

/* --- what a writer does ------------------------------------------------------------- */

/* The ledger as it was, when the mark could not be written. A mark that was written
 * nevertheless, or that may have been, is past: the next reader goes on from there. */
static void put_back(const struct index_writer *writer, const char *path,
		     const struct blob *old)
{
	uint64_t mark;
	enum vid_reason why = accounts_mark_read(writer->path, writer->key, &mark, NULL);

	if (why != VID_FILE_MISSING && (why != VID_OK || mark >= writer->generation))
		return;
	if (old->at)
		(void)file_write(path, bytes_of(old->at, old->len), 0600, NULL);
	else
		(void)file_remove(path, NULL);
}

/* The new index is what the ledger names, or may name for all that can be read: then the
 * next reader, or writer, needs it. */
static bool is_named(const struct index_writer *writer, const char *path)
{
	struct ledger_head head;
	enum vid_reason why = ledger_head_read(path, writer->key, &head, NULL);

	return why != VID_FILE_MISSING &&
	       (why != VID_OK || head.generation == writer->generation);
}

enum vid_reason accounts_commit(struct index_writer *writer, struct ledger *ledger,
				const char *ledger_path, struct problem *problem)
{
	AUTO(blob_free) struct blob old = { 0 };
	char next[PATH_MAX];
	enum vid_reason why;

	why = file_read_trusted(ledger_path, LEDGER_FILE_MAX, &old, problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	why = index_write_finish(writer, ledger->head.content, problem);
	if (why != VID_OK)
		return why;
	ledger->head.generation = writer->generation;
	why = ledger_store(ledger, ledger_path, writer->key, problem);
	if (why == VID_OK) {
		why = accounts_mark_write(writer->path, writer->key, writer->generation,
					  problem);
		if (why != VID_OK)
			put_back(writer, ledger_path, &old);
	}
	if (why == VID_OK)
		return index_write_place(writer->path, problem);
	if (!is_named(writer, ledger_path) &&
	    index_next_path(writer->path, next, sizeof(next)))
		(void)unlink(next);
	return why;
}
