/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts_records.h - the records of an index that carry the host's MAC (S20): written
 * by accounts_compile.c and walkup.c, believed by accounts.c and walkup.c
 */
#ifndef VID_ACCOUNTS_RECORDS_H
#define VID_ACCOUNTS_RECORDS_H

#include "libvid/accounts.h"
#include "libvid/index_seal.h"
#include "libvid/index_write.h"

/* Write, with `to->mac` filled in. */
enum vid_reason record_identity(struct index_writer *writer, struct bytes iss,
				struct bytes sub, struct index_identity *to,
				const struct hostkey *key, struct problem *problem);
enum vid_reason record_rule(struct index_writer *writer, struct bytes iss,
			    const struct account_rule *rule, const struct hostkey *key,
			    struct problem *problem);
enum vid_reason record_alias(struct index_writer *writer, struct bytes alias,
			     struct bytes iss, const struct hostkey *key,
			     struct problem *problem);

/*
 * Look up, and prove what was found, or that there is none. INDEX_OK; INDEX_NONE: proven
 * to be absent; INDEX_FORGED; INDEX_BROKEN.
 */
enum index_result record_identity_find(const struct index *index,
				       const struct index_seal *seal,
				       const struct hostkey *key, struct bytes iss,
				       struct bytes sub, struct index_identity *out);
enum index_result record_rule_find(const struct index *index,
				   const struct index_seal *seal,
				   const struct hostkey *key, struct bytes iss,
				   struct index_rule *out);
/* INDEX_NONE here is not proven: only index_seal_content proves it. */
enum index_result record_alias_find(const struct index *index, const struct hostkey *key,
				    struct bytes alias, struct bytes *iss);

/* Format 3: a row of SUBJECT@ALIAS with its MAC of then, to be migrated. */
enum index_result record_former_find(const struct index *index, const struct hostkey *key,
				     struct bytes identity, struct index_identity *out);

/* What is wrong with an index, for the administrator: VID_STATE. */
enum vid_reason record_broken(const char *path, enum index_result result,
			      struct problem *problem);
/* Does a line of the map shut out the whole issuer? */
bool account_denies(const struct accounts *map, const char *alias);

#endif
