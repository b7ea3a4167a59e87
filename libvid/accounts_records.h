/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts_records.h - the records of an index that carry the host's MAC (S20): written
 * by accounts_compile.c and walkup.c, believed by accounts.c and walkup.c
 */
#ifndef VID_ACCOUNTS_RECORDS_H
#define VID_ACCOUNTS_RECORDS_H

#include "libvid/accounts.h"
#include "libvid/index_write.h"

/* Write, with `to->mac` filled in. */
enum vid_reason record_identity(struct index_writer *writer, struct bytes identity,
				struct index_identity *to, const struct hostkey *key,
				struct problem *problem);
enum vid_reason record_rule(struct index_writer *writer, const struct account_rule *rule,
			    const struct hostkey *key, struct problem *problem);

/* Whoever wrote this had the host key, and wrote it for this identity, or issuer. */
bool record_identity_authentic(const struct index_identity *row,
			       const struct hostkey *key, struct bytes identity);
bool record_rule_authentic(const struct index_rule *rule, const struct hostkey *key,
			   struct bytes alias);

/* What is wrong with an index, for the administrator: VID_STATE. */
enum vid_reason record_broken(const char *path, enum index_result result,
			      struct problem *problem);
enum vid_reason record_forged(const char *path, struct problem *problem);

/* Does a line of the map shut out the whole issuer? */
bool account_denies(const struct accounts *map, const char *alias);

#endif
