/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.h - token status lists (IETF token status list, CWT form; TOKEN.md section 4)
 *
 * Answers one question: may a token that points to (uri, idx) still be used? Works on a
 * list that a timer fetched earlier; never touches the network. Inflation is streamed:
 * memory does not grow with the list, and time is bounded by `limits`.
 */
#ifndef VID_STATUS_H
#define VID_STATUS_H

#include "libvid/issuers.h"

struct status_limits { /* bytes */
	uint64_t token, inflated;
};
extern const struct status_limits status_limits_default;

/* A list, as views into the message it came from. */
struct status_list {
	struct bytes uri;      /* claim 2; empty for a bare list */
	int64_t iat, exp, ttl; /* seconds; exp and ttl 0: none */
	unsigned bits;         /* of one entry: 1, 2, 4 or 8 */
	struct bytes lst;      /* zlib */
};

/*
 * Open a signed list: COSE_Sign1 with tag 18 alone, typ application/statuslist+cwt, by a
 * key of `issuer` that was valid when the list was issued. VID_OK; VID_STATUS_LIMIT for a
 * message over the limit; VID_STATUS_OTHER when it is not `uri`'s (empty: any); otherwise
 * the reason why it cannot be trusted (steps 3-12). Nothing is inflated. VID_KEY_REVOKED
 * fills `out` as well: the list says of nobody that they are valid, and goes on saying
 * who is not.
 */
enum vid_reason status_open(struct bytes cwt, const struct issuer *issuer,
			    struct bytes uri, const struct status_limits *limits,
			    struct status_list *out);

/* The same of the raw map {"bits", "lst"} that nobody signed: for tests and people. */
enum vid_reason status_open_bare(struct bytes map, const struct status_limits *limits,
				 struct status_list *out);

/*
 * The values of `count` entries, `idx` in rising order, in one pass that ends at the last
 * byte that is needed. VID_OK; VID_STATUS_RANGE with *known < count when the list ends
 * before idx[*known]; VID_STATUS_LIMIT when it goes on past the limit; VID_STATUS_LIST
 * for damage on the way.
 */
enum vid_reason status_entries(const struct status_list *list, const uint64_t *idx,
			       size_t count, const struct status_limits *limits,
			       uint8_t *values, size_t *known);

/* Inflate to the end: is it whole, with nothing behind it? Counts its entries. */
enum vid_reason status_whole(const struct status_list *list,
			     const struct status_limits *limits, uint64_t *entries);

struct status_rules {
	const struct issuer *issuer;
	int64_t now;     /* seconds since the epoch */
	int64_t skew;    /* seconds */
	int64_t max_age; /* seconds since the list's iat; 0: exp alone decides */
	int64_t newest;  /* highest iat seen for this uri; 0: none */
	struct status_limits limits;
};

/* Is an opened list of this time? VID_OK, VID_STATUS_AHEAD or VID_STATUS_STALE: expired,
 * over max_age, or older than `newest` (S48). */
enum vid_reason status_time(const struct status_list *list,
			    const struct status_rules *rules);

/*
 * Look up entry `idx` of the list `cwt`. VID_OK when it is 0 (valid); VID_REVOKED for any
 * other value, of a stale list and of a revoked key's as well; VID_STATUS_STALE,
 * VID_STATUS_AHEAD; otherwise why the list cannot be trusted or read. *iat (may be NULL):
 * of a list that could be opened.
 */
enum vid_reason status_lookup(struct bytes cwt, const struct status_rules *rules,
			      struct bytes uri, uint64_t idx, int64_t *iat);

/* --- the issuer's side ------------------------------------------------------ */

/* What an issuer signs. */
struct status_claims {
	const char *uri;
	int64_t iat, exp, ttl; /* exp and ttl 0: absent */
	unsigned bits;
	struct bytes lst;
};

/* Sign with an issuer's Ed25519 secret key. `to` needs status_made_size() bytes. VID_OK,
 * or VID_STATUS_LIMIT when it does not fit. */
enum vid_reason status_make(const struct status_claims *claims,
			    const uint8_t kid[VID_KID_LEN], const uint8_t secret[64],
			    struct buffer *to);
size_t status_made_size(size_t lst_len);

#endif
