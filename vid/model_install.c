/* SPDX-License-Identifier: BSD-2-Clause */
/* vid model install - a face model, pinned by its card, into the folder of models */
#include <stdio.h>
#include <string.h>

#include "libvid/card.h"
#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/model_place.h"
#include "vid/model_source.h"

#define SECONDS_DEFAULT 600

/* Would a card or a model of the administrator's go? */
static int would_replace(const struct model_source *source, const struct models *models)
{
	AUTO(models_free_names) struct model_names names = { NULL, 0 };
	const struct model *model = &source->model;
	AUTO(blob_free) struct blob there = { 0 };
	struct problem problem = { .text = "" };
	struct model other;
	size_t size;
	int code;

	if (source->card.len && models_card_is_ours(models, model->name) &&
	    (model_card_text(models->folder, model->name, &there, &problem) != VID_OK ||
	     !bytes_equal(bytes_of(there.at, there.len),
			  bytes_of(source->card.at, source->card.len))))
		return cli_fail(_("there is another card %s.model in %s (--force "
				  "replaces it)"),
				model->name, models->folder);
	if ((code = models_names(models, &names)) != CLI_GO)
		return code;
	for (size_t i = 0; i < names.count; i++)
		if (strcmp(names.at[i], model->name) != 0 &&
		    model_card(models->folder, names.at[i], &other, &problem) == VID_OK &&
		    strcmp(other.path, model->path) == 0 &&
		    memcmp(other.sha256, model->sha256, 32) != 0 && /* public */
		    models_state(&other, &size, &problem) == MODELS_GOOD)
			return cli_fail(_("%s is the installed model of the card %s; "
					  "name another file in %s,\nor use --force"),
					model->path, names.at[i], source->card_file);
	return CLI_GO;
}

static void print_card(const struct model_source *source)
{
	const struct model *model = &source->model;

	printf(_("model:   %s (%s)\n"), PRINTABLE(model->id), models_kind(model->kind));
	printf(_("licence: %s\n"),
	       model->licence[0] ? PRINTABLE(model->licence) : _("the card names none"));
	if (model->source[0])
		printf(_("source:  %s\n"), PRINTABLE(model->source));
	if (source->url[0])
		printf(_("from:    %s\n"), PRINTABLE(source->url));
	(void)fflush(stdout);
}

static int install(struct model_source *source, const struct models *models, bool force)
{
	AUTO_CLOSE int lock = model_place_lock(models->folder, true);
	struct model_placing placing = { .folder = models->folder,
					 .lock = lock,
					 .model = &source->model };
	int code;

	if (lock < 0)
		return CLI_FAILED;
	if ((code = model_source_find(source, models)) != CLI_GO ||
	    (!force && (code = would_replace(source, models)) != CLI_GO))
		return code;
	print_card(source);
	if ((code = model_source_get(source)) != CLI_GO)
		return code;
	placing.network = bytes_of(source->network.at, source->network.len);
	placing.card = bytes_of(source->card.at, source->card.len);
	if ((code = model_place(&placing)) != CLI_YES)
		return code;
	printf(_("installed: %s, %zu bytes\n"), PRINTABLE(source->model.path),
	       source->network.len);
	return CLI_YES;
}

int cmd_model_install(int argc, char **argv)
{
	AUTO(model_source_free)
	struct model_source source = { .seconds = SECONDS_DEFAULT };
	struct models models = { .folder_option = NULL };
	const char *timeout = NULL;
	bool force = false;
	int64_t seconds;
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "card",
		  .arg = N_("CARD"),
		  .text = &source.card_file,
		  .help = N_("install by this card, NAME.model, and install it, too") },
		MODELS_OPTIONS(models),
		{ .name = "ca-file",
		  .arg = N_("FILE"),
		  .text = &source.ca_file,
		  .help = N_("trust these certificate authorities (PEM), not the "
			     "system's") },
		{ .name = "timeout",
		  .arg = N_("SECONDS"),
		  .text = &timeout,
		  .help = N_("for fetching; 600 without it") },
		{ .name = "force",
		  .given = &force,
		  .help = N_("replace another card or model") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid model install [--card CARD] [OPTION]... FILE|URL|NAME",
		.about = N_("Install a face model: an ONNX file, one from an https:// "
			    "address, or the one of card NAME,\nfrom the address that "
			    "the card gives. It must have the card's SHA-256, and "
			    "vid-camera must\ntake it; otherwise nothing changes, and "
			    "the exit code is 1 (2: that could not be judged)."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if (timeout && !cli_number("--timeout", timeout, 1, 86400, &seconds))
		return CLI_FAILED;
	if (timeout)
		source.seconds = (unsigned)seconds;
	source.what = operands[0];
	if ((code = models_open(&models)) != CLI_GO)
		return code;
	return install(&source, &models, force);
}
