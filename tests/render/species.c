/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/render/species.h"

#include <math.h>
#include <string.h>

#define MILLISECONDS (1000 / SPECIES_RATE)

/* Frames: looking ahead at first, for a turn, and for the way back. */
#define AHEAD 18
#define TURN  27
#define BACK  24

const char *const species_names[SPECIES_COUNT] = {
	[SPECIES_LIVE] = "live",
	[SPECIES_PRINT_STILL] = "print-still",
	[SPECIES_PRINT_MOVED] = "print-moved",
	[SPECIES_PRINT_BENT] = "print-bent",
	[SPECIES_PRINT_HOLES] = "print-holes",
	[SPECIES_SCREEN] = "screen",
	[SPECIES_WRONG_TURNS] = "replay-wrong-turns",
	[SPECIES_SLIDES] = "slides",
	[SPECIES_SWAP] = "swap",
	[SPECIES_LOOP] = "loop",
};

static const char *const challenges[][SPECIES_TURNS] = {
	{ "left", "right", NULL },     { "right", "left", NULL },
	{ "left", "left", NULL },      { "right", "nearer", NULL },
	{ "nearer", "left", NULL },    { "left", "right", "left" },
	{ "right", "right", "left" },  { "left", "nearer", "right" },
	{ "nearer", "right", "left" }, { "right", "left", "nearer" },
};

#define CHALLENGES (sizeof(challenges) / sizeof(*challenges))

struct presentation_script species_script(enum species species, unsigned index,
					  const uint8_t *portrait, const uint8_t *other)
{
	struct presentation_script script = {
		.species = species,
		.portrait = portrait,
		.other = other,
		.seed = 100 * (unsigned)species + index + 1,
	};

	memcpy(script.turn, challenges[(index + (unsigned)species) % CHALLENGES],
	       sizeof(script.turn));
	return script;
}

static unsigned turns_of(const struct presentation_script *script)
{
	unsigned count = 0;

	while (count < SPECIES_TURNS && script->turn[count])
		count++;
	return count;
}

unsigned species_frames(const struct presentation_script *script)
{
	return AHEAD + turns_of(script) * (TURN + BACK);
}

/* The cue that stands at a frame, and whether it begins there. */
static const char *cue_at(const struct presentation_script *script, unsigned number,
			  bool *begins)
{
	unsigned turn, within;

	*begins = false;
	if (number < AHEAD)
		return "";
	turn = (number - AHEAD) / (TURN + BACK);
	within = (number - AHEAD) % (TURN + BACK);
	*begins = within == 0 || within == TURN;
	return within < TURN ? script->turn[turn] : "ahead";
}

/* What a recording of other turns shows. */
static const char *another(const char *cue)
{
	return !strcmp(cue, "left")     ? "right"
	       : !strcmp(cue, "right")  ? "nearer"
	       : !strcmp(cue, "nearer") ? "left"
					: cue;
}

static enum render_body body_of(enum species species)
{
	switch (species) {
	case SPECIES_PRINT_STILL:
	case SPECIES_PRINT_MOVED:
	case SPECIES_PRINT_HOLES:
	case SPECIES_LOOP:
		return RENDER_PRINT;
	case SPECIES_PRINT_BENT:
		return RENDER_BENT;
	case SPECIES_SCREEN:
		return RENDER_SCREEN;
	default:
		return RENDER_HEAD;
	}
}

/* Turned harder than a head, for it shows less. */
static void exaggerate(struct render_view *view, float by)
{
	view->yaw *= by;
	view->pitch += .3f * view->yaw;
}

/* There at once, some frames after the cue. */
static float slide_of(const struct presentation_script *script, unsigned number)
{
	unsigned late = 6 + script->seed % 5;
	bool begins;
	const char *cue = cue_at(script, number > late ? number - late : 0, &begins);

	return !strcmp(cue, "left") ? .5f : !strcmp(cue, "right") ? -.5f : 0;
}

static void begin(const struct presentation_script *script, struct player *player)
{
	static const float radii[] = { .75f, .9f, 1.2f, 2 };

	memset(player, 0, sizeof(*player));
	player->seed = script->seed;
	player_begin(player, body_of(script->species));
	player->view.radius = radii[script->seed % 4];
	player->view.holes = script->species == SPECIES_PRINT_HOLES;
	player->view.distance = player->distance = 6.5f + .5f * (float)(script->seed % 4);
	player->view.seed = script->seed * 1000;
}

/* The accomplice does the turns; in the looks ahead the portrait is held up. */
static const uint8_t *who_is_seen(const struct presentation_script *script,
				  const char *cue, unsigned number, struct player *player)
{
	bool turning = cue[0] && strcmp(cue, "ahead") != 0;

	if (script->species != SPECIES_SWAP)
		return script->portrait;
	if (script->seed % 2) /* the other way about: the right person is replaced once */
		return number > AHEAD + TURN + BACK / 2 ? script->other
							: script->portrait;
	player->view.body = turning ? RENDER_HEAD : RENDER_PRINT;
	return turning ? script->other : script->portrait;
}

const char *species_frame(const struct presentation_script *script, unsigned number,
			  struct player *player, uint8_t *frame)
{
	enum species species = script->species;
	bool begins;
	const char *cue = cue_at(script, number, &begins), *heard = cue;
	struct render_view view;
	const uint8_t *portrait;

	if (number == 0)
		begin(script, player);
	if (species == SPECIES_PRINT_STILL || species == SPECIES_SCREEN)
		heard = "";
	if (species == SPECIES_WRONG_TURNS)
		heard = another(cue);
	if (species == SPECIES_LOOP && number > 0)
		return begins ? cue : NULL; /* the same picture again */
	player_step(player, heard, MILLISECONDS);
	portrait = who_is_seen(script, cue, number, player);
	view = player->view;
	if (species == SPECIES_PRINT_MOVED)
		exaggerate(&view, 1.2f + .3f * (float)(script->seed % 4));
	if (species == SPECIES_PRINT_BENT || species == SPECIES_PRINT_HOLES)
		exaggerate(&view, 1 + .2f * (float)(script->seed % 5));
	if (species == SPECIES_SCREEN)
		exaggerate(&view, .5f);
	if (species == SPECIES_SLIDES)
		view.yaw = slide_of(script, number);
	render(portrait, &view, frame);
	return begins ? cue : NULL;
}
