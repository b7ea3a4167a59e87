/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printable.h - text from outside, made fit for a terminal, a log and JSON (S67)
 *
 * Escaped are: bytes that are not UTF-8, C0 and C1 controls, DEL, the line and paragraph
 * separators, and the characters that change the direction of text or are invisible
 * (U+061C, U+200B-U+200F, U+202A-U+202E, U+2060-U+2064, U+2066-U+206F, U+FEFF,
 * U+E0000-U+E007F). Bytes become \xNN, characters \u{N}. A backslash is not escaped: the
 * result is for people, and text that passes twice stays the same.
 *
 * Libc alone; no allocation, no locale, safe in signal handlers and threads.
 */
#ifndef VID_PRINTABLE_H
#define VID_PRINTABLE_H

#include "libvid/bytes.h"

#define PRINTABLE_MAX 4200 /* with the NUL: a path of PATH_MAX fits unescaped */

/*
 * Bytes of the first character of `text`, and its number in `point`. 0: the first byte
 * begins no valid UTF-8, or `text` is empty.
 */
size_t printable_character(struct bytes text, uint32_t *point);

/* Must this character be escaped? */
bool printable_is_hidden(uint32_t point);

/*
 * Copy `from`, escaped, into `size` bytes at `to`, NUL included. Text that does not fit
 * is cut between two characters and ends in "...". Returns the length. `from` may not
 * overlap `to`; `size` is at least 4.
 */
size_t printable_copy(struct bytes from, char *to, size_t size);

/* The same for a C string (NULL: an empty one). Returns `to`. */
const char *printable_text(const char *from, char *to, size_t size);

/* An argument for printf that lives until the end of the enclosing block. */
#define PRINTABLE(text) printable_text(text, (char[PRINTABLE_MAX]){ 0 }, PRINTABLE_MAX)

#endif
