/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vectors.h - tables of test vectors: finding them, reading them
 */
#ifndef VID_TESTS_VECTORS_H
#define VID_TESTS_VECTORS_H

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvid/bytes.h"

/* Vectors and their names live until the program ends; held here, so that a leak checker
 * sees them held. */
static inline void *vectors_kept(void *one)
{
	static void **kept;
	static size_t count;
	void **more = realloc(kept, (count + 1) * sizeof(*kept));

	if (!more)
		abort();
	kept = more;
	kept[count++] = one;
	return one;
}

/* Say "skipped" and end when FILE of the shared folder is absent. */
static inline json_t *vectors_shared(const char *file)
{
	const char *folder = getenv("VID_SHARED");
	char path[PATH_MAX];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/vectors/%s", folder ? folder : "../shared",
		 file);
	root = json_load_file(path, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
	if (!root && access(path, F_OK) == 0) {
		fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
		exit(99);
	}
	if (!root) {
		printf("1..0 # SKIP no vectors/%s\n", file);
		exit(0);
	}
	return vectors_kept(root);
}

/* Our own vectors, in the source tree. Their absence is a failure. */
static inline json_t *vectors_own(const char *file)
{
	const char *folder = getenv("VID_SRC");
	char path[PATH_MAX];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/tests/vectors/%s", folder ? folder : ".", file);
	root = json_load_file(path, 0, &error);
	if (!root) {
		fprintf(stderr, "%s: %s\n", path, error.text);
		exit(99);
	}
	return vectors_kept(root);
}

/* Hex into a buffer of its own, exactly as long (so that ASan sees a byte too far). */
static inline struct bytes unhex(const char *hex)
{
	size_t len = strlen(hex) / 2;
	uint8_t *at = malloc(len ? len : 1);

	for (size_t i = 0; at && i < len; i++) {
		unsigned value = 0;

		if (sscanf(hex + 2 * i, "%2x", &value) != 1)
			abort();
		at[i] = (uint8_t)value;
	}
	return bytes_of(at, len);
}

static inline struct bytes hex_member(const json_t *object, const char *name)
{
	const char *hex = json_string_value(json_object_get(object, name));

	return unhex(hex ? hex : "");
}

static inline const char *text_member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* A test that is named after its vector. */
#define vector_test(about, vector_name, test, with)                                      \
	((struct CMUnitTest){ .name = named(about, vector_name),                         \
			      .test_func = (test),                                       \
			      .initial_state = (void *)(with) })

static inline const char *named(const char *about, const char *name)
{
	char *whole = NULL;

	if (asprintf(&whole, "%s: %s", about, name) < 0)
		abort();
	return vectors_kept(whole);
}

#endif
