/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_scan.h - does this process still hold a secret anywhere (S32)? Everything that
 * it can write is looked through: its stack below the caller, freed memory, globals.
 *
 * The secret is asked for in a mask, so that the question is no copy of it.
 */
#ifndef VID_TEST_MEMORY_SCAN_H
#define VID_TEST_MEMORY_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MEMORY_MASK     0xa5
#define MEMORY_PART_MAX (256ul << 20) /* more in one piece is a sanitizer's own */

static inline void memory_mask(uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] ^= MEMORY_MASK;
}

#if defined(__SANITIZE_ADDRESS__)
__attribute__((no_sanitize_address))
#endif
static inline bool
memory_part_holds(const volatile uint8_t *at, size_t size, const uint8_t *masked,
		  size_t len)
{
	for (size_t i = 0; i + len <= size; i++) {
		size_t same = 0;

		while (same < len && (at[i + same] ^ MEMORY_MASK) == masked[same])
			same++;
		if (same == len)
			return true;
	}
	return false;
}

/* Where: the name of the part that has it, or NULL for nowhere. */
static inline const char *memory_holds(const uint8_t *masked, size_t len)
{
	static char line[512];
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	char rights[8];
	bool found = false;

	while (maps && !found && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 &&
		    !strncmp(rights, "rw", 2) && to - from <= MEMORY_PART_MAX &&
		    !strstr(line, "[v"))
			found = memory_part_holds((const uint8_t *)from, to - from,
						  masked, len);
	if (!maps)
		return "/proc/self/maps cannot be read";
	fclose(maps);
	return found ? line : NULL;
}

#endif
