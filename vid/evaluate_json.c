/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "vid/cli.h"
#include "vid/evaluate.h"

size_t evaluate_gates(const struct survey *survey, bool seen, enum camera_gate gate)
{
	size_t count = 0;

	for (size_t i = 0; i < survey->pictures; i++)
		count += survey->picture[i].seen == seen &&
			 survey->picture[i].gate == gate;
	return count;
}

const char *evaluate_gate_name(enum camera_gate gate)
{
	switch (gate) {
	case CAMERA_GATE_NOBODY:
		return "nobody";
	case CAMERA_GATE_SEVERAL:
		return "several";
	case CAMERA_GATE_FAR:
		return "far";
	case CAMERA_GATE_DARK:
		return "dark";
	case CAMERA_GATE_BRIGHT:
		return "bright";
	case CAMERA_GATE_BLURRED:
		return "blurred";
	case CAMERA_GATE_PICTURE:
		return "unreadable";
	case CAMERA_GATE_NEAR:
		return "near";
	case CAMERA_GATE_TURNED:
		return "turned";
	case CAMERA_GATE_COVERED_EYES:
		return "covered-eyes";
	case CAMERA_GATE_COVERED_MOUTH:
		return "covered-mouth";
	}
	return "other";
}

/* Nine digits: a rate or a score, and no noise behind it. */
static json_t *number(double value)
{
	return json_real(round(value * 1e9) / 1e9);
}

static json_t *number_or_null(bool known, double value)
{
	return known ? number(value) : json_null();
}

static void put(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

/* Under a name from outside, which may be no UTF-8. */
static void put_named(json_t *object, const char *name, json_t *value)
{
	json_t *key = cli_json_text(bytes_of_text(name));

	if (key)
		put(object, json_string_value(key), value);
	else
		json_decref(value);
	json_decref(key);
}

static void put_interval(json_t *object, const char *low, const char *high, bool known,
			 struct interval interval)
{
	put(object, low, number_or_null(known, interval.low));
	put(object, high, number_or_null(known, interval.high));
}

/* Rates and their exact intervals; null where nothing was tried. */
static void put_rates(json_t *object, bool known, const struct error_rates *rates)
{
	bool genuine = known && rates->genuine, impostor = known && rates->impostor;

	put(object, "threshold", number_or_null(known, rates->threshold));
	put(object, "fnmr",
	    number_or_null(genuine, share_of(rates->rejected, rates->genuine)));
	put_interval(object, "fnmr_low", "fnmr_high", genuine,
		     rate_interval(rates->rejected, rates->genuine));
	put(object, "measured_fmr",
	    number_or_null(impostor, share_of(rates->accepted, rates->impostor)));
	put_interval(object, "measured_fmr_low", "measured_fmr_high", impostor,
		     rate_interval(rates->accepted, rates->impostor));
}

static json_t *json_point(const struct operating_point *point)
{
	json_t *object = json_object();

	put(object, "fmr", json_real(point->fmr));
	put_rates(object, point->known, &point->rates);
	put_interval(object, "fnmr_people_low", "fnmr_people_high",
		     point->known && point->rates.genuine, point->fnmr_people);
	put(object, "shown", json_boolean(point->shown));
	return object;
}

static json_t *json_group(const struct evaluation *evaluation, size_t which)
{
	const struct group_result *group = &evaluation->group[which];
	json_t *object = json_object(), *roc = json_array();

	put(object, "people", json_integer((json_int_t)group->people));
	put(object, "pictures", json_integer((json_int_t)group->pictures));
	put(object, "failure_to_acquire",
	    number(share_of(group->failures, group->pictures)));
	for (size_t i = 0; i < EVALUATION_POINTS; i++) {
		const struct operating_point *point = &evaluation->point[i];
		json_t *entry = json_object();

		put(entry, "fmr", json_real(point->fmr));
		put_rates(entry, point->known, &group->rates[i]);
		put(entry, "genuine", json_integer((json_int_t)group->rates[i].genuine));
		put(entry, "impostor",
		    json_integer((json_int_t)group->rates[i].impostor));
		if (i == EVALUATION_CARD)
			put(object, "standard", entry);
		else
			(void)json_array_append_new(roc, entry);
	}
	put(object, "roc", roc);
	return object;
}

static json_t *json_groups(const struct evaluation *evaluation)
{
	const struct people *people = evaluation->people;
	json_t *object = json_object();

	for (size_t i = 0; i < people->groups; i++)
		put_named(object, people->group[i], json_group(evaluation, i));
	return object;
}

static json_t *json_gates(const struct survey *survey, bool seen)
{
	json_t *object = json_object();

	for (int gate = 1; gate <= CAMERA_GATE_LAST; gate++) {
		size_t count = evaluate_gates(survey, seen, (enum camera_gate)gate);

		if (count)
			put(object, evaluate_gate_name((enum camera_gate)gate),
			    json_integer((json_int_t)count));
	}
	return object;
}

static json_t *json_session(const struct session *session)
{
	json_t *object = json_object();

	put(object, "references", json_integer(session->references));
	put(object, "frames", json_integer(session->frames));
	put(object, "genuine", json_integer((json_int_t)session->rates.genuine));
	put(object, "impostor", json_integer((json_int_t)session->rates.impostor));
	put(object, "fmr", json_real(evaluation_fmr(EVALUATION_CARD)));
	put_rates(object, session->known, &session->rates);
	return object;
}

static json_t *json_stages(const struct evaluation *evaluation)
{
	static const char *const names[] = { "decode", "detect", "embed" };
	json_t *object = json_object();

	for (size_t i = 0; i < 3; i++)
		put(object, names[i], number(survey_stage(evaluation->survey, i)));
	put(object, "compare", number(evaluation->pair_ms));
	return object;
}

json_t *evaluate_json(const struct model *model, const struct evaluation *evaluation,
		      const struct session *session)
{
	const struct survey *survey = evaluation->survey;
	json_t *object = json_object(), *roc = json_array();

	put(object, "model", json_string(model->id));
	put(object, "detector",
	    *session->detector ? json_string(session->detector) : json_null());
	put(object, "people", json_integer((json_int_t)evaluation->people->count));
	put(object, "others", json_integer((json_int_t)evaluation->people->others));
	put(object, "pictures", json_integer((json_int_t)survey->pictures));
	put(object, "genuine", json_integer((json_int_t)evaluation->genuine.count));
	put(object, "impostor", json_integer((json_int_t)evaluation->impostor.count));
	put(object, "failure_to_acquire",
	    number(share_of(survey->failures, survey->pictures)));
	put_interval(object, "failure_to_acquire_low", "failure_to_acquire_high", true,
		     evaluation->failure);
	put(object, "failures", json_integer((json_int_t)survey->failures));
	put(object, "failed_for", json_gates(survey, false));
	put(object, "gates", json_gates(survey, true));
	put(object, "eer", number_or_null(evaluation->has_eer, evaluation->eer));
	put(object, "eer_threshold",
	    number_or_null(evaluation->has_eer, evaluation->eer_threshold));
	for (size_t i = 0; i < EVALUATION_FMRS; i++)
		(void)json_array_append_new(roc, json_point(&evaluation->point[i]));
	put(object, "roc", roc);
	put(object, "standard", json_point(&evaluation->point[EVALUATION_CARD]));
	put(object, "session", json_session(session));
	put(object, "per_stage_ms", json_stages(evaluation));
	put(object, "seconds", number(survey->seconds));
	put(object, "cameras", json_integer(survey->cameras));
	put(object, "per_group", json_groups(evaluation));
	return object;
}
