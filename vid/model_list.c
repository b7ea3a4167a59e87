/* SPDX-License-Identifier: BSD-2-Clause */
/* vid model list - the cards of face models, and which of the models are installed */
#include <inttypes.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/faces.h"
#include "vid/models.h"

static const struct {
	const char *json, *text;
} states[] = {
	[MODELS_GOOD] = { "installed", N_("installed") },
	[MODELS_MISSING] = { "missing", N_("not installed") },
	[MODELS_WRONG] = { "wrong", N_("WRONG") },
	[MODELS_BUILT_IN] = { "built in", N_("built in") },
};

/* One model, as it is told. */
struct entry {
	struct model model;
	enum models_state state;
	size_t size; /* bytes; 0: not known */
	struct problem problem;
	bool used, ours;
};

static bool calibrated(const struct model *model, enum face_level level)
{
	float score;

	return model_threshold(model, face_level_fmr(level), 1, 1, &score);
}

static json_t *as_json(const struct entry *entry)
{
	const struct model *model = &entry->model;
	json_t *calibrations = json_array();

	for (size_t i = 0; i < FACES_LEVELS; i++)
		if (calibrated(model, faces_levels[i].level))
			json_array_append_new(calibrations,
					      json_string(faces_levels[i].name));
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:s, s:b, s:o}",
			 "name", model->name, "id", model->id, "kind",
			 models_kind(model->kind), "state", states[entry->state].json,
			 "bytes", (json_int_t)entry->size, "licence",
			 cli_json_text(bytes_of_text(model->licence)), "source",
			 cli_json_text(bytes_of_text(model->source)), "url",
			 cli_json_text(bytes_of_text(model->url)), "card",
			 entry->ours ? "administrator" : "package", "used", entry->used,
			 "levels", calibrations);
}

static void print_entry(const struct entry *entry)
{
	const struct model *model = &entry->model;
	const char *between = "";

	printf("%s: %s, %s%s", PRINTABLE(model->id), models_kind(model->kind),
	       _(states[entry->state].text), entry->used ? _(", used by vid.conf") : "");
	if (entry->size)
		printf(_(", %zu bytes"), entry->size);
	putchar('\n');
	if (entry->state == MODELS_WRONG)
		printf("    %s\n", PRINTABLE(entry->problem.text));
	if (model->licence[0])
		printf(_("    licence: %s\n"), PRINTABLE(model->licence));
	if (model->source[0] || model->url[0])
		printf(_("    source: %s\n"),
		       PRINTABLE(model->source[0] ? model->source : model->url));
	if (entry->ours)
		puts(_("    the card is the administrator's"));
	if (model->kind != MODEL_EMBEDDING)
		return;
	fputs(_("    calibrated levels: "), stdout);
	for (size_t i = 0; i < FACES_LEVELS; i++) {
		if (!calibrated(model, faces_levels[i].level))
			continue;
		printf("%s%s", between, PRINTABLE(faces_levels[i].name));
		between = " ";
	}
	puts(*between ? "" : _("none; `vid face calibrate` measures them"));
}

static int look(const struct models *models, const char *name, struct entry *entry)
{
	enum vid_reason why;

	*entry = (struct entry){ .used = models_used(models, name, NULL) };
	why = model_card(models->folder, name, &entry->model, &entry->problem);
	if (why != VID_OK)
		return cli_problem(why, &entry->problem);
	entry->ours = models_card_is_ours(models, name);
	entry->state = models_state(&entry->model, &entry->size, &entry->problem);
	if (!entry->size)
		entry->size = (size_t)entry->model.size;
	return CLI_GO;
}

static int list_all(const struct models *models, const struct model_names *names,
		    bool json)
{
	json_t *list = json_array();
	struct entry entry;
	int worst = CLI_YES;

	for (size_t i = 0; i < names->count; i++) {
		if (look(models, names->at[i], &entry) != CLI_GO)
			worst = CLI_FAILED;
		else if (json)
			(void)json_array_append_new(list, as_json(&entry));
		else
			print_entry(&entry);
	}
	if (json && cli_json(json_incref(list)) != CLI_YES)
		worst = CLI_FAILED;
	json_decref(list);
	return worst;
}

int cmd_model_list(int argc, char **argv)
{
	AUTO(models_free_names) struct model_names names = { NULL, 0 };
	struct models models = { .folder_option = NULL };
	bool json = false;
	char **operands;
	int code;
	const struct cli_option options[] = {
		MODELS_OPTIONS(models),
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid model list [--models DIR] [--json]",
		.about = N_("List the cards of face models, and which of the models are "
			    "installed."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = models_open(&models)) != CLI_GO ||
	    (code = models_names(&models, &names)) != CLI_GO)
		return code;
	return list_all(&models, &names, json);
}
