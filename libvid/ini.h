/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ini.h - one way to read all our INI files (inih inside): unknown words are errors
 *
 * The caller's function is called for each section (key NULL, before its first key) and
 * each key, and says what is wrong with it; the first complaint ends the reading with
 * "NAME:LINE: complaint".
 */
#ifndef VID_INI_H
#define VID_INI_H

#include "libvid/bytes.h"
#include "libvid/reason.h"

/*
 * `section` is "" before any head. Return NULL when all is well, or the complaint
 * (static text), for which `value` or `key` is quoted by the reader.
 */
typedef const char *ini_entry(void *user, const char *section, const char *key,
			      const char *value);

/* VID_OK or VID_CONFIG with the problem text. A NUL byte, a line longer than inih takes
 * (200 bytes on Debian), a key or a section twice are errors as well. */
enum vid_reason ini_read(struct bytes text, const char *name, ini_entry *entry,
			 void *user, struct problem *problem);

/* Value readers; false when it is not one. */
bool ini_bool(const char *value, bool *out); /* yes | no */
bool ini_unsigned(const char *value, uint64_t max, uint64_t *out);
bool ini_hex(const char *value, uint8_t *out, size_t len); /* exactly len bytes */
bool ini_text(const char *value, char *out, size_t size);  /* not empty, fits */

#endif
