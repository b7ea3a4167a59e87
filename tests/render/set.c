/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set DIR FACES [COUNT [LIVE]] - a set of rendered presentations for vid face pad-report:
 * COUNT of each species of attack, LIVE living ones, of the portraits in FACES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <png.h>

#include "tests/lib/jpeg_picture.h"
#include "tests/render/species.h"

#define PEOPLE 12

static const uint8_t *portrait(const char *faces, unsigned person)
{
	static const uint8_t *kept[PEOPLE];
	char path[4096];

	person %= PEOPLE;
	if (!kept[person]) {
		struct face_picture picture;

		(void)snprintf(path, sizeof(path), "%s/person-%02u-3.jpg", faces,
			       person + 1);
		picture = jpeg_picture(path);
		if (!picture.at || picture.width != RENDER_SIDE) {
			fprintf(stderr, "set: no portrait %s\n", path);
			exit(2);
		}
		kept[person] = picture.at;
	}
	return kept[person];
}

static void write_png(const char *folder, unsigned number, const uint8_t *frame)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .width = RENDER_WIDTH,
			    .height = RENDER_HEIGHT,
			    .format = PNG_FORMAT_BGR,
			    .flags = PNG_IMAGE_FLAG_FAST };
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%04u.png", folder, number);
	if (!png_image_write_to_file(&image, path, 0, frame, 0, NULL)) {
		fprintf(stderr, "set: %s: %s\n", path, image.message);
		exit(2);
	}
}

static void write_sequence(const struct presentation_script *script, const char *folder)
{
	static uint8_t frame[RENDER_BYTES];
	unsigned frames = species_frames(script);
	struct player player;
	char path[4096];
	FILE *cues;

	(void)snprintf(path, sizeof(path), "%s/challenge", folder);
	(void)mkdir(folder, 0755);
	if (!(cues = fopen(path, "w"))) {
		perror(path);
		exit(2);
	}
	fprintf(cues, "fps %d\n", SPECIES_RATE);
	for (unsigned i = 0; i < frames; i++) {
		const char *cue = species_frame(script, i, &player, frame);

		if (cue)
			fprintf(cues, "%u %s\n", i, cue);
		write_png(folder, i, frame);
	}
	fclose(cues);
}

int main(int argc, char **argv)
{
	unsigned count = argc > 3 ? (unsigned)atoi(argv[3]) : 6;
	unsigned live = argc > 4 ? (unsigned)atoi(argv[4]) : 2 * count;

	if (argc < 3)
		return 2;
	(void)mkdir(argv[1], 0755);
	for (int species = 0; species < SPECIES_COUNT; species++) {
		char folder[2048], path[4000];

		(void)snprintf(folder, sizeof(folder), "%s/%s", argv[1],
			       species_names[species]);
		(void)mkdir(folder, 0755);
		for (unsigned i = 0; i < (species == SPECIES_LIVE ? live : count); i++) {
			struct presentation_script script = species_script(
				(enum species)species, i, portrait(argv[2], i),
				portrait(argv[2], i + 5));

			(void)snprintf(path, sizeof(path), "%s/%03u", folder, i);
			write_sequence(&script, path);
		}
	}
	return 0;
}
