/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields.h - the parameters of a request: a map with integer keys
 *
 * need_: CTAP_OK, CTAP_MISSING_PARAMETER or CTAP_UNEXPECTED_TYPE. want_: absent is
 * CTAP_OK too, and leaves what stood there.
 */
#ifndef SOFTKEY_FIELDS_H
#define SOFTKEY_FIELDS_H

#include "libvid/cbor.h"
#include "tests/softkey/ctap.h"

enum ctap_status need_bstr(const struct cbor *map, int64_t key, struct bytes *string);
enum ctap_status want_bstr(const struct cbor *map, int64_t key, struct bytes *string);
enum ctap_status need_tstr(const struct cbor *map, int64_t key, struct bytes *string);
enum ctap_status want_tstr(const struct cbor *map, int64_t key, struct bytes *string);
enum ctap_status need_uint(const struct cbor *map, int64_t key, uint64_t *value);
enum ctap_status want_uint(const struct cbor *map, int64_t key, uint64_t *value);
enum ctap_status need_map(const struct cbor *map, int64_t key, struct cbor *value);
enum ctap_status want_map(const struct cbor *map, int64_t key, struct cbor *value,
			  bool *there);

/* An option: -1 absent, 0 false, 1 true. */
enum ctap_status want_option(const struct cbor *map, const char *name, int *value);

/* The text or byte string `name` of the map at `map`; absent: CTAP_MISSING_PARAMETER. */
enum ctap_status text_member(const struct cbor *map, const char *name, bool binary,
			     struct bytes *string);

void cbor_put_bool(struct buffer *to, bool value);

#endif
