/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts_state.h - index, ledger and mark together: is what is in place the newest?
 *
 * Three files carry one generation under the host's MAC: the index, the head of the
 * ledger, and a mark in a folder of its own (PATH_ANCHOR; beside the index for an index
 * that is not the usual one). A writer, under accounts_lock, writes the new index as
 * PATH.next, then the ledger, then the mark, and puts the index in place last. So of two
 * states of two days that are mixed, or of one that is put back without the mark, none is
 * taken (S20, S43); and a writer that was cut short is finished by the next reader.
 *
 * That a file cannot be read is never taken for "there is none". Only when index, ledger
 * and mark are all absent, a compilation is the first one.
 */
#ifndef VID_ACCOUNTS_STATE_H
#define VID_ACCOUNTS_STATE_H

#include "libvid/accounts.h"
#include "libvid/index_seal.h"
#include "libvid/ledger.h"

/* The newest index, for a login. */
struct accounts_state {
	bool open;
	struct index index;
	struct index_seal seal;
};

/*
 * Open the index and prove that it is the newest, at a cost that does not grow with the
 * accounts. `locked`: the caller holds accounts_lock; otherwise it is taken when a writer
 * was cut short. VID_OK; VID_STATE; VID_FILE_*: with what to do. Close in any case
 * (usable with AUTO()).
 */
enum vid_reason accounts_state_open(const char *index_path, const struct hostkey *key,
				    bool locked, struct accounts_state *out,
				    struct problem *problem);
void accounts_state_close(struct accounts_state *state);

/* account_of_identity in an open state. */
enum vid_reason account_of_issuer(const char *index_path,
				  const struct accounts_state *state,
				  const struct hostkey *key, struct bytes iss,
				  struct bytes sub, struct account *out,
				  struct problem *problem);

/* What was in place, for a compilation: all of it read and verified. */
struct accounts_past {
	struct index index; /* of format 4, or to be migrated from format 3 */
	bool has_index;
	bool lost; /* not all numbers that were given are known; has_index is false */
	struct ledger ledger;        /* empty: there is none */
	uint64_t generation, serial; /* the newest that anything told of */
	char ledger_path[PATH_MAX];
};

/*
 * VID_OK; VID_STATE: it is damaged, missing or not the newest (with `recover` that is
 * VID_OK and `lost`); VID_FILE_* and VID_STATE, also with `recover`: it cannot be read.
 * Free in any case (usable with AUTO()). locked  the caller holds accounts_lock;
 * otherwise it is taken when a writer is at work or was cut short
 */
enum vid_reason accounts_past_load(const char *index_path, const struct hostkey *key,
				   bool locked, bool recover, struct accounts_past *out,
				   struct problem *problem);
void accounts_past_free(struct accounts_past *past);

/*
 * What `writer` has written, and the ledger, become what is in place; the generation is
 * the writer's. VID_OK; VID_FILE_IO: the old ones stay, or (after the ledger and the
 * mark) the next reader finishes it.
 */
enum vid_reason accounts_commit(struct index_writer *writer, struct ledger *ledger,
				const char *ledger_path, struct problem *problem);

/* Are index, ledger and mark all absent? */
bool accounts_never_compiled(const char *index_path);

/* Where the mark of an index is; false when the path does not fit. */
bool accounts_mark_path(const char *index_path, char *to, size_t size);

#endif
