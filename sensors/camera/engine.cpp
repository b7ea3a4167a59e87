/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine of networks: OpenCV's core, imgproc and dnn, and nothing else of it. The one
 * C++ file; no exception leaves it.
 */
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "sensors/camera/align.h"
#include "sensors/camera/engine.h"
#include "sensors/camera/yunet.h"

namespace
{

const int STRIDES[] = { 8, 16, 32 };

/* From this reduction on, sampling single pixels would alias: reduce by areas first. */
const double REDUCTION_MAX = 0.5;

struct passive_network {
	model card;
	cv::dnn::Net net;
};

struct networks : face_engine {
	model detector, embedding;
	cv::dnn::Net find, embed;
	std::vector<passive_network> passive;
	std::vector<cv::String> outputs;
	std::vector<face> candidates;
};

networks *of(face_engine *engine)
{
	return static_cast<networks *>(engine);
}

cv::Mat view(const face_picture *picture)
{
	return cv::Mat(picture->height, picture->width,
		       picture->channels == 1 ? CV_8UC1 : CV_8UC3,
		       const_cast<uint8_t *>(picture->at), size_t(picture->stride));
}

cv::Mat in_colour(const cv::Mat &image)
{
	cv::Mat colour;

	if (image.channels() == 3)
		return image;
	cv::cvtColor(image, colour, cv::COLOR_GRAY2BGR);
	return colour;
}

/* The network's file, if it is the card's; the bytes are freed as soon as it is read. */
cv::dnn::Net load(const model &card, problem *problem)
{
	uint8_t *at;
	size_t len;
	cv::dnn::Net net;

	if (model_file(&card, &at, &len, problem) != VID_OK)
		return net;
	try {
		net = cv::dnn::readNetFromONNX(reinterpret_cast<char *>(at), len);
	} catch (...) {
		net = cv::dnn::Net();
	}
	std::free(at);
	if (net.empty())
		problem_set(problem, "%s: OpenCV cannot read this network", card.path);
	else
		net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
	return net;
}

/* Does the network take what the card gives it, and answer with as many numbers? Asked
 * when it is loaded: otherwise every face would be nobody's. */
bool answers(const cv::dnn::Net &net, const model &card, problem *problem)
{
	const int channels = card.grey ? 1 : 3;
	const int last = net.getUnconnectedOutLayers()[0];
	std::vector<cv::dnn::MatShape> in, out;
	int numbers = 1;

	try {
		net.getLayerShapes({ 1, channels, int(card.height), int(card.width) },
				   last, in, out);
	} catch (...) {
		out.clear();
	}
	if (out.size() == 1) {
		for (int side : out[0])
			numbers *= side;
		if (numbers == int(card.output))
			return true;
	}
	problem_set(
		problem,
		"%s: the network does not give %u numbers for an input of %ux%u as its "
		"card says",
		card.path, card.output, card.width, card.height);
	return false;
}

/* Has it the outputs of its card's layout? */
bool has_outputs(const cv::dnn::Net &net, const std::vector<cv::String> &names,
		 const model &card, problem *problem)
{
	for (const auto &name : names)
		if (net.getLayerId(name) < 0) {
			problem_set(problem,
				    "%s: not a YuNet of layout %s, as its card says",
				    card.path, card.layout);
			return false;
		}
	return true;
}

void close(face_engine *engine)
{
	delete of(engine);
}

std::vector<cv::String> outputs_of(const model &detector)
{
	if (std::string(detector.layout) == "2022")
		return { "loc", "conf", "iou" };
	return { "cls_8",  "cls_16",  "cls_32",  "obj_8", "obj_16", "obj_32",
		 "bbox_8", "bbox_16", "bbox_32", "kps_8", "kps_16", "kps_32" };
}

bool opened(cv::dnn::Net *net, const model &card, problem *problem)
{
	*net = load(card, problem);
	if (net->empty())
		return false;
	return card.kind == MODEL_DETECTOR
		       ? has_outputs(*net, outputs_of(card), card, problem)
		       : answers(*net, card, problem);
}

/* The detector's input: the picture with its longer side at the card's width. 2023's
 * network needs sides that its strides divide; black fills up. */
cv::Mat detector_input(const networks *engine, const cv::Mat &image, double *scale)
{
	bool strided = engine->outputs.size() > 3;
	cv::Mat small;

	*scale = std::min(1.0, engine->detector.width /
				       double(std::max(image.cols, image.rows)));
	if (*scale < 1)
		cv::resize(image, small, cv::Size(), *scale, *scale, cv::INTER_AREA);
	else
		small = image;
	small = in_colour(small);
	if (strided && (small.cols % 32 || small.rows % 32))
		cv::copyMakeBorder(small, small, 0, (32 - small.rows % 32) % 32, 0,
				   (32 - small.cols % 32) % 32, cv::BORDER_CONSTANT);
	return small;
}

size_t decode(networks *engine, const std::vector<cv::Mat> &out, int width, int height)
{
	float least = engine->detector.least;
	face *at = engine->candidates.data();
	size_t count = 0, max = engine->candidates.size();

	if (out.size() == 3) {
		size_t rows = yunet_2022_rows(width, height);

		if (out[0].total() != 14 * rows || out[1].total() != 2 * rows ||
		    out[2].total() != rows)
			return SIZE_MAX;
		return yunet_2022(out[0].ptr<float>(), out[1].ptr<float>(),
				  out[2].ptr<float>(), width, height, least, at, max);
	}
	for (size_t i = 0; i < 3; i++) {
		size_t cells = size_t(width / STRIDES[i]) * size_t(height / STRIDES[i]);
		yunet_level level = { out[i].ptr<float>(), out[3 + i].ptr<float>(),
				      out[6 + i].ptr<float>(), out[9 + i].ptr<float>(),
				      STRIDES[i] };

		if (out[i].total() != cells || out[3 + i].total() != cells ||
		    out[6 + i].total() != 4 * cells || out[9 + i].total() != 10 * cells)
			return SIZE_MAX;
		count +=
			yunet_2023(&level, width, height, least, at + count, max - count);
	}
	return count;
}

/* From the detector's input back to the picture, the box cut at its edges. */
face in_picture(face found, double scale, const cv::Mat &image)
{
	float back = float(1 / scale);
	float right = std::min((found.x + found.width) * back, float(image.cols));
	float bottom = std::min((found.y + found.height) * back, float(image.rows));

	found.x = std::max(found.x * back, 0.0f);
	found.y = std::max(found.y * back, 0.0f);
	found.width = std::max(right - found.x, 0.0f);
	found.height = std::max(bottom - found.y, 0.0f);
	for (auto &point : found.landmark) {
		point[0] *= back;
		point[1] *= back;
	}
	found.eye_distance = std::hypot(found.landmark[1][0] - found.landmark[0][0],
					found.landmark[1][1] - found.landmark[0][1]);
	return found;
}

int find(face_engine *base, const face_picture *picture, face *faces, int max)
try {
	networks *engine = of(base);
	cv::Mat image = view(picture);
	double scale;
	cv::Mat input = detector_input(engine, image, &scale);
	std::vector<cv::Mat> out;
	size_t count;

	if (input.cols < 32 || input.rows < 32)
		return 0;
	engine->find.setInput(cv::dnn::blobFromImage(input));
	engine->find.forward(out, engine->outputs);
	count = decode(engine, out, input.cols, input.rows);
	if (count == SIZE_MAX)
		return -1;
	count = yunet_thin(engine->candidates.data(), count);
	for (size_t i = 0; i < count && i < size_t(max); i++)
		faces[i] = in_picture(engine->candidates[i], scale, image);
	return int(count);
} catch (...) {
	return -1;
}

/* The face as the network wants it. False when its landmarks are nowhere. */
bool aligned(const model &card, const cv::Mat &image, const face *face, cv::Mat *out)
{
	cv::Matx23d map;
	cv::Mat from = image;
	double scale;

	if (!align_face(face->landmark, &card, reinterpret_cast<double(*)[3]>(map.val)))
		return false;
	scale = std::sqrt(std::abs(map(0, 0) * map(1, 1) - map(0, 1) * map(1, 0)));
	if (scale < REDUCTION_MAX) {
		double less = scale / REDUCTION_MAX;

		cv::resize(image, from, cv::Size(), less, less, cv::INTER_AREA);
		for (int i = 0; i < 2; i++) {
			map(i, 0) /= less;
			map(i, 1) /= less;
		}
	}
	cv::warpAffine(from, *out, map, cv::Size(int(card.width), int(card.height)),
		       cv::INTER_LINEAR, cv::BORDER_REPLICATE);
	return true;
}

/* The crop as the card's input: values, channel order, mean and deviation. */
cv::Mat input_of(const model &card, const cv::Mat &crop)
{
	cv::Mat values = crop;
	const float *m = card.mean, *d = card.deviation;

	if (card.rgb && crop.channels() == 3)
		cv::cvtColor(crop, values, cv::COLOR_BGR2RGB);
	if (d[0] == d[1] && d[1] == d[2])
		return cv::dnn::blobFromImage(values, double(card.scale) / d[0],
					      cv::Size(), cv::Scalar(m[0], m[1], m[2]));
	values.convertTo(values, CV_32F);
	cv::subtract(values, cv::Scalar(m[0], m[1], m[2]), values);
	cv::divide(values, cv::Scalar(d[0], d[1], d[2]), values);
	return cv::dnn::blobFromImage(values, card.scale);
}

void judge_quality(const cv::Mat &crop, face *face)
{
	cv::Mat grey = crop, edges;
	cv::Scalar mean, deviation;

	if (crop.channels() == 3)
		cv::cvtColor(crop, grey, cv::COLOR_BGR2GRAY);
	cv::Laplacian(grey, edges, CV_32F);
	cv::meanStdDev(edges, mean, deviation);
	face->sharpness = float(std::min(deviation[0] * deviation[0], 65535.0));
	face->brightness = float(cv::mean(grey)[0]);
}

bool embed(face_engine *base, const face_picture *picture, face *face, float *embedding)
try {
	networks *engine = of(base);
	const model &card = engine->embedding;
	cv::Mat crop, out;

	if (!aligned(card, view(picture), face, &crop))
		return false;
	judge_quality(crop, face);
	if (card.grey && crop.channels() == 3)
		cv::cvtColor(crop, crop, cv::COLOR_BGR2GRAY);
	else if (!card.grey)
		crop = in_colour(crop);
	engine->embed.setInput(input_of(card, crop));
	out = engine->embed.forward();
	if (out.total() != engine->dimension || out.type() != CV_32F)
		return false;
	std::copy_n(out.ptr<float>(), engine->dimension, embedding);
	return true;
} catch (...) {
	return false;
}

/* The share of the live class among the outputs; negative when they are none. */
double live_share(const model &card, const cv::Mat &out)
{
	const float *at = out.ptr<float>();
	double sum = 0, live;

	if (out.type() != CV_32F || out.total() != card.output)
		return -1;
	if (!card.softmax)
		return std::min(std::max(double(at[card.live]), 0.0), 1.0);
	for (size_t i = 0; i < out.total(); i++)
		sum += std::exp(double(at[i]) - double(at[card.live]));
	live = 1 / sum;
	return std::isfinite(live) ? live : 0;
}

/* The mean over the networks: each sees another part of the scene. */
bool passive(face_engine *base, const face_picture *picture, const face *face,
	     float *live)
try {
	networks *engine = of(base);
	cv::Mat image = in_colour(view(picture)), crop;
	double sum = 0;

	for (auto &network : engine->passive) {
		const model &card = network.card;
		int at[4];
		double share;

		enlarge_box(face, card.box, image.cols, image.rows, at);
		cv::Rect part(at[0], at[1], at[2], at[3]);

		if (part.width < 8 || part.height < 8)
			return false;
		cv::resize(image(part), crop,
			   cv::Size(int(card.width), int(card.height)));
		network.net.setInput(input_of(card, crop));
		share = live_share(card, network.net.forward());
		if (!(share >= 0))
			return false;
		sum += share;
	}
	*live = float(sum / double(engine->passive.size()));
	return !engine->passive.empty();
} catch (...) {
	return false;
}

bool add_passive(face_engine *base, const model *card, problem *problem)
try {
	networks *engine = of(base);
	passive_network network = { *card, cv::dnn::Net() };

	if (card->kind != MODEL_LIVENESS) {
		problem_set(problem, "%s: not the card of a liveness network",
			    card->name);
		return false;
	}
	if (!opened(&network.net, *card, problem))
		return false;
	engine->passive.push_back(network);
	return true;
} catch (...) {
	problem_set(problem, "no memory for the liveness networks");
	return false;
}

const face_engine_parts PARTS = { close, find, embed, passive, add_passive };

bool cards_fit(const model *detector, const model *embedding, problem *problem)
{
	if (!detector || detector->kind != MODEL_DETECTOR)
		problem_set(problem, "%s: not the card of a detector",
			    detector ? detector->name : "no detector");
	else if (!embedding || embedding->kind != MODEL_EMBEDDING ||
		 !embedding->has_align)
		problem_set(problem, "%s: not the card of an embedding network",
			    embedding ? embedding->name : "no embedding");
	else
		return true;
	return false;
}

/* Any may be missing: for a trial. */
networks *open_engine(const model *detector, const model *embedding,
		      const model *liveness, problem *problem)
try {
	auto engine = std::unique_ptr<networks>(new networks());
	cv::setNumThreads(1);
	engine->parts = &PARTS;
	if (detector) {
		engine->detector = *detector;
		engine->outputs = outputs_of(*detector);
		engine->candidates.resize(YUNET_CANDIDATES_MAX);
	}
	if (embedding) {
		engine->embedding = *embedding;
		engine->dimension = embedding->output;
		std::snprintf(engine->model_id, sizeof(engine->model_id), "%s",
			      embedding->id);
	}
	if ((detector && !opened(&engine->find, *detector, problem)) ||
	    (embedding && !opened(&engine->embed, *embedding, problem)) ||
	    (liveness && !add_passive(engine.get(), liveness, problem)))
		return nullptr;
	return engine.release();
} catch (...) {
	problem_set(problem, "no memory for the face engine");
	return nullptr;
}

} // namespace

struct face_engine *face_engine_models(const struct model *detector,
				       const struct model *embedding,
				       struct problem *problem)
{
	return cards_fit(detector, embedding, problem)
		       ? open_engine(detector, embedding, nullptr, problem)
		       : nullptr;
}

struct face_engine *face_engine_alone(const struct model *card, struct problem *problem)
{
	return open_engine(card->kind == MODEL_DETECTOR ? card : nullptr,
			   card->kind == MODEL_EMBEDDING ? card : nullptr,
			   card->kind == MODEL_LIVENESS ? card : nullptr, problem);
}
