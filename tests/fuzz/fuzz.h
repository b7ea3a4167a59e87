/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h - what every libFuzzer target shares
 */
#ifndef VID_TESTS_FUZZ_H
#define VID_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that holds for every input; libFuzzer reports the abort with the input. */
static inline void must(bool holds)
{
	if (!holds)
		abort();
}

#endif
