/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/model_source.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvid/card.h"
#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/fetch.h"

#define CARD_MAX    (32 * 1024)
#define CA_FILE_MAX (1024 * 1024)
#define BAR_WIDTH   30

void model_source_free(struct model_source *source)
{
	blob_free(&source->card);
	blob_free(&source->network);
}

/* --- the card -------------------------------------------------------------------- */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool ends_with(const char *text, const char *ending)
{
	size_t len = strlen(text), tail = strlen(ending);

	return len > tail && strcmp(text + len - tail, ending) == 0;
}

/* The administrator's own. A link in its place is not followed: root reads what nobody
 * else chose. */
static int card_of_file(struct model_source *source, const struct models *models)
{
	const char *file = last_part(source->card_file);
	struct problem problem = { .text = "" };
	enum vid_reason why;
	char name[33];

	if (!ends_with(file, ".model") ||
	    !bytes_to_text(bytes_of(file, strlen(file) - strlen(".model")), name,
			   sizeof(name)))
		return cli_fail(_("%s: a card is called NAME.model, NAME of at most 32 "
				  "letters"),
				source->card_file);
	why = file_read_carrier(source->card_file, CARD_MAX, &source->card, &problem);
	if (why == VID_OK)
		why = model_card_read(bytes_of(source->card.at, source->card.len),
				      source->card_file, models->folder, name,
				      &source->model, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

static int card_of_name(struct model_source *source, const struct models *models)
{
	struct problem problem = { .text = "" };
	enum vid_reason why =
		model_card(models->folder, source->what, &source->model, &problem);

	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (!source->model.path[0])
		return cli_fail(_("%s is built in: there is nothing to install"),
				source->what);
	if (!source->model.url[0])
		return cli_fail(_("the card %s names no address to fetch it from (%s); "
				  "get the file, and use\nvid model install FILE"),
				source->what,
				source->model.source[0] ? source->model.source
							: last_part(source->model.path));
	(void)snprintf(source->url, sizeof(source->url), "%s", source->model.url);
	return CLI_GO;
}

/* Is it that card's: by the address that it names, or by the file's SHA-256? Or might it
 * be meant, by the file's name? */
enum likeness { LIKE_NOT, LIKE_NAME, LIKE_SAME };

static enum likeness likeness(const struct model_source *source,
			      const struct model *model)
{
	bool named = strcmp(last_part(source->what), last_part(model->path)) == 0;

	if (!model->path[0])
		return LIKE_NOT;
	if (source->url[0]
		    ? strcmp(source->url, model->url) == 0
		    : model_matches(model, source->network.at, source->network.len))
		return LIKE_SAME;
	return named ? LIKE_NAME : LIKE_NOT;
}

static int card_of_likeness(struct model_source *source, const struct models *models)
{
	AUTO(models_free_names) struct model_names names = { NULL, 0 };
	enum likeness best = LIKE_NOT, like;
	struct problem problem;
	struct model model;
	int code;

	if ((code = models_names(models, &names)) != CLI_GO)
		return code;
	for (size_t i = 0; i < names.count; i++) {
		if (model_card(models->folder, names.at[i], &model, &problem) != VID_OK)
			continue; /* `vid model list` says so */
		like = likeness(source, &model);
		if (like > best) {
			best = like;
			source->model = model;
		}
	}
	if (best == LIKE_NOT)
		return cli_fail(_("no card describes %s; give one with --card CARD"),
				source->what);
	return CLI_GO;
}

static int read_file(struct model_source *source, size_t most)
{
	struct problem problem = { .text = "" };
	enum vid_reason why =
		file_read_carrier(source->what, most, &source->network, &problem);

	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

static bool is_file(const char *what)
{
	return strchr(what, '/') || ends_with(what, ".onnx") || access(what, F_OK) == 0;
}

static size_t most_bytes(const struct model_source *source)
{
	return source->model.size ? (size_t)source->model.size : MODEL_FILE_MAX;
}

int model_source_find(struct model_source *source, const struct models *models)
{
	const char *what = source->what;
	int code = CLI_GO;

	if (strncmp(what, "https://", 8) == 0) {
		if ((size_t)snprintf(source->url, sizeof(source->url), "%s", what) >=
		    sizeof(source->url))
			return cli_fail(_("the address is too long"));
	} else if (strstr(what, "://")) {
		return cli_fail(_("%s: only https:// addresses are fetched"), what);
	} else if (!is_file(what)) {
		return source->card_file ? cli_fail(_("%s: no such file"), what)
					 : card_of_name(source, models);
	}
	if (source->card_file)
		code = card_of_file(source, models);
	if (code == CLI_GO && source->card_file && !source->model.path[0])
		return cli_fail(_("%s: a card of the basic engine, which is built in"),
				source->card_file);
	if (code == CLI_GO && !source->url[0])
		code = read_file(source, most_bytes(source));
	if (code == CLI_GO && !source->card_file)
		code = card_of_likeness(source, models);
	return code;
}

/* --- the network ----------------------------------------------------------------- */

/* On a terminal alone. The whole is known only where the card says it. */
static void show_progress(void *user, size_t have)
{
	const struct model_source *source = user;
	size_t whole = (size_t)source->model.size, done = BAR_WIDTH;

	if (!whole) {
		(void)fprintf(stderr, "\r%s %zu kB", PRINTABLE(source->model.name),
			      have / 1024);
		return;
	}
	have = have < whole ? have : whole;
	done = have * BAR_WIDTH / whole;
	(void)fprintf(stderr, "\r%s [", PRINTABLE(source->model.name));
	for (size_t i = 0; i < BAR_WIDTH; i++)
		(void)fputc(i < done ? '#' : '.', stderr);
	(void)fprintf(stderr, "] %3zu %%", have * 100 / whole);
}

static int fetch_network(struct model_source *source)
{
	struct fetch_limits limits = { .bytes = most_bytes(source),
				       .seconds = source->seconds };
	const struct status_validators have = { .etag = "" };
	AUTO(blob_free) struct blob ca = { 0 };
	struct problem problem = { .text = "" };
	struct status_validators got;
	enum fetch_result result;
	enum vid_reason why;

	if (source->ca_file) {
		why = file_read_untrusted(source->ca_file, CA_FILE_MAX, &ca, &problem);
		if (why != VID_OK)
			return cli_problem(why, &problem);
		limits.ca = bytes_of(ca.at, ca.len);
	}
	if (isatty(STDERR_FILENO)) {
		limits.progress = show_progress;
		limits.user = source;
	}
	result = fetch(source->url, &limits, &have, &source->network, &got, &problem);
	if (limits.progress && result == FETCH_NEW)
		show_progress(source, source->network.len);
	if (limits.progress)
		(void)fputc('\n', stderr);
	return result == FETCH_NEW ? CLI_GO : cli_fail("%s", problem.text);
}

int model_source_get(struct model_source *source)
{
	const struct blob *network = &source->network;
	const struct model *model = &source->model;
	int code;

	if (source->url[0] && (code = fetch_network(source)) != CLI_GO)
		return code;
	if (model_matches(model, network->at, network->len))
		return CLI_GO;
	if (model->size && model->size != network->len)
		(void)cli_fail(_("%s has %zu bytes, the model of the card %s has %zu: "
				 "cut off, or another file.\nNothing was installed."),
			       source->what, network->len, model->name,
			       (size_t)model->size);
	else
		(void)cli_fail(_("%s is not the file that the card %s describes "
				 "(SHA-256 differs).\nNothing was installed; do not use "
				 "it before you know why."),
			       source->what, model->name);
	return CLI_REFUSED;
}
