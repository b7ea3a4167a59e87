/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/scene.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define STEP 4 /* pixels between two that are looked at */

_Static_assert(sizeof(((struct scene *)0)->key) == crypto_shorthash_KEYBYTES,
	       "the key of a hash has another size");

static void drop(uint8_t *at, size_t size)
{
	if (at)
		sodium_memzero(at, size);
	free(at);
}

void scene_close(struct scene *scene)
{
	size_t size = scene->columns * scene->rows;

	drop(scene->now, size);
	drop(scene->before, size);
	sodium_memzero(scene, sizeof(*scene));
}

/* Another size is another camera: what was seen before says nothing. */
static bool make_room(struct scene *scene, size_t columns, size_t rows)
{
	if (scene->now && columns == scene->columns && rows == scene->rows)
		return true;
	scene_close(scene);
	randombytes_buf(scene->key, sizeof(scene->key));
	scene->now = calloc(columns, rows);
	scene->before = calloc(columns, rows);
	if (!scene->now || !scene->before) {
		scene_close(scene);
		return false;
	}
	scene->columns = columns;
	scene->rows = rows;
	return true;
}

bool scene_add(struct scene *scene, const uint8_t *bgr, int width, int height)
{
	size_t columns = (size_t)width / STEP, rows = (size_t)height / STEP;
	uint8_t hash[crypto_shorthash_BYTES], *older;

	_Static_assert(sizeof(hash) == sizeof(scene->seen[0]), "a hash has another size");
	if (columns == 0 || rows == 0 || !make_room(scene, columns, rows))
		return false;
	crypto_shorthash(hash, bgr, (size_t)width * (size_t)height * 3, scene->key);
	memcpy(&scene->seen[scene->count % SCENE_MEMORY], hash, sizeof(hash));
	older = scene->before;
	scene->before = scene->now;
	scene->now = older;
	for (size_t y = 0; y < rows; y++)
		for (size_t x = 0; x < columns; x++)
			scene->now[y * columns + x] =
				bgr[(y * STEP * (size_t)width + x * STEP) * 3 + 1];
	scene->compared = scene->count++ > 0;
	return true;
}

bool scene_repeated(const struct scene *scene)
{
	size_t kept = scene->count < SCENE_MEMORY ? scene->count : SCENE_MEMORY;
	size_t newest = (scene->count - 1) % SCENE_MEMORY;

	for (size_t i = 0; i < kept; i++)
		if (i != newest && scene->seen[i] == scene->seen[newest])
			return true;
	return false;
}

float scene_light(const struct scene *scene)
{
	size_t size = scene->columns * scene->rows;
	uint64_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += scene->now[i];
	return size ? (float)sum / (float)size : 0;
}

/* From a place in pixels to one of the kept ones, within 0..`most`. A NaN is 0. */
static size_t kept_place(float pixels, size_t most)
{
	float place = pixels / STEP;

	if (!(place > 0))
		return 0;
	return place >= (float)most ? most : (size_t)place;
}

/* A box, in kept places. */
struct kept {
	size_t left, top, right, bottom;
};

/* False: no frame before, or nothing within. */
static bool keep_box(const struct scene *scene, float x, float y, float width,
		     float height, struct kept *out)
{
	*out = (struct kept){ .left = kept_place(x, scene->columns),
			      .top = kept_place(y, scene->rows),
			      .right = kept_place(x + width, scene->columns),
			      .bottom = kept_place(y + height, scene->rows) };
	return scene->compared && out->left < out->right && out->top < out->bottom;
}

float scene_changed(const struct scene *scene, float x, float y, float width,
		    float height)
{
	size_t others = 0;
	struct kept box;

	if (!keep_box(scene, x, y, width, height, &box))
		return -1;
	for (size_t v = box.top; v < box.bottom; v++)
		for (size_t u = box.left; u < box.right; u++)
			others += scene->now[v * scene->columns + u] !=
				  scene->before[v * scene->columns + u];
	return (float)others / (float)((box.right - box.left) * (box.bottom - box.top));
}

float scene_before(const struct scene *scene, float x, float y, float width, float height)
{
	uint64_t now = 0, before = 0;
	struct kept box;

	if (!keep_box(scene, x, y, width, height, &box))
		return -1;
	for (size_t v = box.top; v < box.bottom; v++)
		for (size_t u = box.left; u < box.right; u++) {
			now += scene->now[v * scene->columns + u];
			before += scene->before[v * scene->columns + u];
		}
	return now ? (float)before / (float)now : -1;
}
