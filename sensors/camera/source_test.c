/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A camera that plays a folder: the device id is "test:/absolute/folder". Only in builds
 * with --enable-test-sources, which no installation into a system accepts (S38).
 *
 * Pictures (*.jpg, *.png) in the order of their names, 15 frames each, 30 a second, over
 * and over. Each frame is moved by a few pixels and lit a little differently, so that no
 * two are equal, unless the folder holds a file named "still".
 *
 * With a file named "cue" in it, the last picture is a person's portrait of 256×256, and
 * that person is rendered (tests/render): they look ahead until the file says "left",
 * "right", "up", "down" or "nearer", and again when it says "ahead". Before it says
 * anything, the other pictures are played in turn with them. Whoever writes the file
 * writes into it: it was opened once, before the sandbox closed. A file named "print"
 * makes them a print of themselves, that somebody turns.
 *
 * With a file named "lamp" in it, every other frame is dark, as an infrared camera's is
 * whose lamp goes on and off.
 */
#include "config.h"

#include "sensors/camera/source.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "sensors/camera/picture.h"
#include "tests/render/player.h"

#define PICTURES_MAX       64
#define FRAMES_PER_PICTURE 15
#define FRAME_MILLISECONDS 33
#define MOVED_MAX          3 /* pixels, each way */

struct played {
	int timer;
	int64_t time; /* CLOCK_MONOTONIC milliseconds, when the newest frame was due */
	bool still, lamp;
	int cue; /* -1: nobody is rendered */
	struct player player;
	size_t count;
	struct blob file[PICTURES_MAX];
	struct picture picture; /* the one that is played now */
	size_t shown;           /* its place */
	uint8_t *frame;
	uint32_t sequence;
};

static uint32_t scatter(uint32_t seed)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	return seed ^ seed << 5;
}

/* One channel value, lit: `light` in 256ths. */
static uint8_t lit(uint8_t value, int light)
{
	int bright = value * light / 256;

	return (uint8_t)(bright > 255 ? 255 : bright);
}

static int inside(int at, int size)
{
	return at < 0 ? 0 : at >= size ? size - 1 : at;
}

static void vary(const struct picture *from, uint32_t number, bool dark, uint8_t *to)
{
	uint32_t chance = scatter(number * 2654435761u + 1);
	int dx = (int)(chance % (2 * MOVED_MAX + 1)) - MOVED_MAX;
	int dy = (int)(chance / 7 % (2 * MOVED_MAX + 1)) - MOVED_MAX;
	int light = (246 + (int)(chance / 64 % 21)) / (dark ? 8 : 1);

	for (int y = 0; y < from->height; y++) {
		const uint8_t *row = from->at + (size_t)inside(y + dy, from->height) *
							(size_t)from->width * 3;

		for (int x = 0; x < from->width; x++, to += 3) {
			const uint8_t *pixel =
				row + (size_t)inside(x + dx, from->width) * 3;

			for (int c = 0; c < 3; c++)
				to[c] = lit(pixel[c], light);
		}
	}
	/* Its number stands in a corner, as a sensor's noise would. */
	for (int bit = 0; bit < 32; bit++)
		to[-1 - bit] = (uint8_t)((to[-1 - bit] & 0xfe) | (number >> bit & 1));
}

static bool show(struct played *played, size_t place)
{
	picture_free(&played->picture);
	played->shown = place;
	return picture_decode(bytes_of(played->file[place].at, played->file[place].len),
			      &played->picture);
}

/* The word in the file, or an empty one. */
static void read_cue(const struct played *played, char word[16])
{
	ssize_t len = pread(played->cue, word, 15, 0);

	word[len > 0 ? len : 0] = '\0';
	word[strcspn(word, "\n")] = '\0';
}

/* Is it the person's turn to be seen? */
static bool is_person(const struct played *played, size_t place)
{
	return played->cue >= 0 && place == played->count - 1 &&
	       played->picture.width == RENDER_SIDE &&
	       played->picture.height == RENDER_SIDE;
}

/* Which picture is due: once somebody was told something, the person's alone. */
static size_t place_due(const struct played *played, const char *word)
{
	size_t place = played->sequence / FRAMES_PER_PICTURE % played->count;

	return word[0] ? played->count - 1 : place;
}

static bool test_take(void *of, struct source_frame *out, struct problem *problem)
{
	struct played *played = of;
	char word[16] = "";
	size_t place;
	uint64_t ticks;

	if (read(played->timer, &ticks, sizeof(ticks)) != sizeof(ticks))
		return true;
	if (played->cue >= 0)
		read_cue(played, word);
	place = place_due(played, word);
	if (place != played->shown && !show(played, place)) {
		problem_set(problem, "a picture of the test camera cannot be decoded");
		return false;
	}
	out->pixels = (struct pixels){ .format = PIXELS_BGR,
				       .width = played->picture.width,
				       .height = played->picture.height,
				       .stride = 3 * played->picture.width,
				       .at = played->picture.at };
	if (is_person(played, place)) {
		player_step(&played->player, word,
			    (unsigned)(ticks * FRAME_MILLISECONDS));
		render(played->picture.at, &played->player.view, played->frame);
		out->pixels.width = RENDER_WIDTH;
		out->pixels.height = RENDER_HEIGHT;
		out->pixels.stride = 3 * RENDER_WIDTH;
		out->pixels.at = played->frame;
	}
	out->pixels.len = pixels_len(&out->pixels);
	if (out->pixels.at != played->frame && !played->still) {
		vary(&played->picture, played->sequence,
		     played->lamp && played->sequence % 2 == 1, played->frame);
		out->pixels.at = played->frame;
	}
	out->sequence = ++played->sequence;
	/* when it was due, as a camera says when it was exposed */
	played->time += (int64_t)ticks * FRAME_MILLISECONDS;
	out->time = played->time;
	return true;
}

static bool test_give_back(void *of, struct problem *problem)
{
	(void)of;
	(void)problem;
	return true;
}

static void test_close(void *of)
{
	struct played *played = of;

	if (played->timer >= 0)
		(void)close(played->timer);
	if (played->cue >= 0)
		(void)close(played->cue);
	for (size_t i = 0; i < played->count; i++)
		blob_free(&played->file[i]);
	picture_free(&played->picture);
	free(played->frame);
	free(played);
}

static const struct source_kind kind = { test_take, test_give_back, test_close };

static int is_picture(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && (strcmp(dot, ".jpg") == 0 || strcmp(dot, ".png") == 0);
}

static bool add_picture(struct played *played, const char *folder, const char *name,
			size_t *largest, struct problem *problem)
{
	char path[4096];
	size_t size;

	if (played->count == PICTURES_MAX) {
		problem_set(problem, "%s holds more than %d pictures", folder,
			    PICTURES_MAX);
		return false;
	}
	if (!path_join(path, sizeof(path), folder, name) ||
	    file_read_untrusted(path, PICTURE_FILE_MAX, &played->file[played->count],
				problem) != VID_OK)
		return false;
	if (!show(played, played->count++)) {
		problem_set(problem, "%s is not a picture that we read", path);
		return false;
	}
	size = (size_t)played->picture.width * (size_t)played->picture.height * 3;
	if (size > *largest)
		*largest = size;
	return true;
}

static bool read_folder(struct played *played, const char *folder, size_t *largest,
			struct problem *problem)
{
	char path[4096];
	struct dirent **names = NULL;
	int count = scandir(folder, &names, is_picture, alphasort);
	bool good = count > 0;

	if (!good)
		problem_set(problem, "%s holds no pictures", folder);
	for (int i = 0; i < count; i++) {
		good = good &&
		       add_picture(played, folder, names[i]->d_name, largest, problem);
		free(names[i]);
	}
	free(names);
	played->still =
		path_join(path, sizeof(path), folder, "still") && access(path, F_OK) == 0;
	played->lamp =
		path_join(path, sizeof(path), folder, "lamp") && access(path, F_OK) == 0;
	if (path_join(path, sizeof(path), folder, "cue"))
		played->cue = open(path, O_RDONLY | O_CLOEXEC);
	player_begin(&played->player, path_join(path, sizeof(path), folder, "print") &&
						      access(path, F_OK) == 0
					      ? RENDER_PRINT
					      : RENDER_HEAD);
	if (played->cue >= 0 && *largest < RENDER_BYTES)
		*largest = RENDER_BYTES;
	return good;
}

static bool start_timer(struct played *played)
{
	const struct itimerspec every = { .it_interval.tv_nsec =
						  FRAME_MILLISECONDS * 1000000L,
					  .it_value.tv_nsec = 1 };

	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
		return false;
	played->time = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	played->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return played->timer >= 0 && timerfd_settime(played->timer, 0, &every, NULL) == 0;
}

bool source_test(struct source *source, const char *folder, struct problem *problem)
{
	struct played *played = calloc(1, sizeof(*played));
	size_t largest = 0;

	*source = (struct source)SOURCE_NONE;
	if (!played)
		return false;
	played->timer = played->cue = -1;
	if (read_folder(played, folder, &largest, problem) && show(played, 0) &&
	    (played->frame = malloc(largest)) && start_timer(played) &&
	    source_init(source, played->timer, played, &kind, largest))
		return true;
	if (!source->kind)
		test_close(played);
	source_close(source);
	return false;
}
