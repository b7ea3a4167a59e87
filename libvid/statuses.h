/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statuses.h - the status lists at hand, /var/lib/vid/status, and their watermarks
 *
 * NAME is the SHA-256 of a list's uri, in hex:
 *   NAME.cwt          the signed list as it was fetched
 *   NAME.http         ETag and Last-Modified of the fetched list
 *   NAME.ALIAS.seen   the uri, as a token of that issuer named it at a login
 * A mark of the anchor holds the highest iat seen of NAME: an older list is refused
 * (S48), and one without a mark does not count.
 */
#ifndef VID_STATUSES_H
#define VID_STATUSES_H

#include "libvid/anchor.h"
#include "libvid/files.h"
#include "libvid/status.h"

#define STATUSES_NAME_SIZE 65

struct statuses {
	const char *folder;
	const struct anchor *anchor; /* NULL: for notes alone */
};

/* A uri that can be fetched: https, printable, without blanks, no user name, of bounded
 * length. */
bool statuses_uri_valid(struct bytes uri);

void statuses_name(struct bytes uri, char name[STATUSES_NAME_SIZE]);

/*
 * Step 18 against the list at hand. `rules->newest` is not read: the mark is. VID_OK,
 * VID_REVOKED, VID_STATUS_* ; VID_STATE when the anchor is not believed; VID_FILE_*
 * but for a missing list, which is VID_STATUS_UNAVAILABLE.
 */
enum vid_reason statuses_judge(const struct statuses *store,
			       const struct status_rules *rules, struct bytes uri,
			       uint64_t idx, struct problem *problem);

/*
 * Judge a fetched list whole (signature, time, mark, inflation) and, when it is good,
 * replace the one at hand and raise the mark. The old one stays otherwise. `entries` and
 * `iat` (may be NULL) say what was stored.
 */
enum vid_reason statuses_put(const struct statuses *store, struct bytes cwt,
			     const struct status_rules *rules, struct bytes uri,
			     uint64_t *entries, int64_t *iat, struct problem *problem);

/* The highest iat seen for `uri`; 0 for none. VID_OK; VID_FILE_MISSING: proven that there
 * was none; VID_STATE, VID_FILE_*. */
enum vid_reason statuses_mark(const struct statuses *store, struct bytes uri,
			      int64_t *iat, struct problem *problem);

/* The highest iat of all lists that were ever taken; 0 where it is proven that there was
 * none (S47). VID_OK, VID_STATE, VID_FILE_*. */
enum vid_reason statuses_newest(const struct statuses *store, int64_t *newest,
				struct problem *problem);

/* A login saw this address: remember it, to be fetched. What cannot be fetched is not;
 * nor is one more than VID_STATUS_URIS_MAX of this issuer, which `problem` says. */
enum vid_reason statuses_note(const struct statuses *store, const char *alias,
			      struct bytes uri, int64_t now, struct problem *problem);

/* What logins saw; one that nobody saw for 100 days is forgotten, with its list. Free
 * with free(). */
struct status_note {
	char alias[VID_ALIAS_MAX + 1];
	char uri[VID_URI_MAX + 1];
};
enum vid_reason statuses_notes(const struct statuses *store, int64_t now,
			       struct status_note **notes, size_t *count,
			       struct problem *problem);

/* What a web server said of a list; empty texts where it said nothing. */
struct status_validators {
	char etag[200], modified[64];
};
void statuses_validators(const struct statuses *store, struct bytes uri,
			 struct status_validators *out);
enum vid_reason statuses_keep_validators(const struct statuses *store, struct bytes uri,
					 const struct status_validators *validators,
					 struct problem *problem);

#endif
