/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make_network SIDE OUTPUT FILE - an ONNX network that nobody trained: SIDE x SIDE BGR
 * in, OUTPUT numbers out, by Conv, Relu, GlobalAveragePool and Flatten
 *
 * What an administrator may bring: a network that vid has never seen. The protobuf is
 * written by hand (onnx.proto3 of the ONNX project gives the numbers of the fields), and
 * the weights are drawn from a fixed sequence, so that the file is the same everywhere.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KERNEL 8
#define OPSET  11

struct text {
	uint8_t at[1 << 20];
	size_t len;
};

static void put_byte(struct text *to, unsigned byte)
{
	if (to->len == sizeof(to->at))
		exit(2);
	to->at[to->len++] = (uint8_t)byte;
}

static void put_varint(struct text *to, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		put_byte(to, (value & 0x7f) | 0x80);
	put_byte(to, (unsigned)value);
}

static void put_number(struct text *to, unsigned field, uint64_t value)
{
	put_varint(to, field << 3);
	put_varint(to, value);
}

static void put_bytes(struct text *to, unsigned field, const void *at, size_t len)
{
	put_varint(to, field << 3 | 2);
	put_varint(to, len);
	for (size_t i = 0; i < len; i++)
		put_byte(to, ((const uint8_t *)at)[i]);
}

static void put_string(struct text *to, unsigned field, const char *string)
{
	put_bytes(to, field, string, strlen(string));
}

/* Close a message that was written apart: into `to`, empty afterwards. */
static void put_message(struct text *to, unsigned field, struct text *message)
{
	put_bytes(to, field, message->at, message->len);
	message->len = 0;
}

/* ValueInfoProto: a float tensor of `count` sides. */
static void put_value(struct text *graph, unsigned field, const char *name,
		      const unsigned *sides, size_t count)
{
	static struct text side, shape, tensor, type, value;

	for (size_t i = 0; i < count; i++) {
		put_number(&side, 1, sides[i]);
		put_message(&shape, 1, &side);
	}
	put_number(&tensor, 1, 1);
	put_message(&tensor, 2, &shape);
	put_message(&type, 1, &tensor);
	put_string(&value, 1, name);
	put_message(&value, 2, &type);
	put_message(graph, field, &value);
}

/* NodeProto; `weights` is its second input, "" for none. */
static void put_node(struct text *graph, const char *operation, const char *from,
		     const char *weights, const char *to)
{
	static const char *const names[] = { "kernel_shape", "strides" };
	static struct text node, attribute;

	put_string(&node, 1, from);
	if (*weights)
		put_string(&node, 1, weights);
	put_string(&node, 2, to);
	put_string(&node, 3, to);
	put_string(&node, 4, operation);
	for (size_t i = 0; i < 2 && *weights; i++) {
		put_string(&attribute, 1, names[i]);
		put_number(&attribute, 8, KERNEL);
		put_number(&attribute, 8, KERNEL);
		put_number(&attribute, 20, 7); /* INTS */
		put_message(&node, 5, &attribute);
	}
	put_message(graph, 1, &node);
}

/* TensorProto: OUTPUT filters of 3 x KERNEL x KERNEL, each without a mean. */
static void put_weights(struct text *graph, unsigned output)
{
	enum { FILTER = 3 * KERNEL * KERNEL };
	static struct text weights, floats;
	const unsigned sides[] = { output, 3, KERNEL, KERNEL };
	uint32_t drawn = 1;

	for (size_t i = 0; i < 4; i++)
		put_number(&weights, 1, sides[i]);
	put_number(&weights, 2, 1);
	for (unsigned i = 0; i < output; i++) {
		float filter[FILTER], mean = 0;

		for (int j = 0; j < FILTER; j++) {
			drawn = drawn * 1664525 + 1013904223;
			filter[j] = (float)(drawn >> 16) / 65536.0f;
			mean += filter[j] / FILTER;
		}
		for (int j = 0; j < FILTER; j++) {
			uint32_t bits;

			filter[j] = (filter[j] - mean) / FILTER;
			memcpy(&bits, &filter[j], sizeof(bits));
			for (int shift = 0; shift < 32; shift += 8)
				put_byte(&floats, bits >> shift & 0xff);
		}
	}
	put_string(&weights, 8, "weights");
	put_message(&weights, 9, &floats);
	put_message(graph, 5, &weights);
}

int main(int argc, char **argv)
{
	static struct text graph, opset, model;
	unsigned side = argc == 4 ? (unsigned)atoi(argv[1]) : 0;
	unsigned output = argc == 4 ? (unsigned)atoi(argv[2]) : 0;
	const unsigned in[] = { 1, 3, side, side }, out[] = { 1, output };
	FILE *file;

	if (side < KERNEL || !output || !(file = fopen(argv[3], "wb")))
		return 2;
	put_node(&graph, "Conv", "picture", "weights", "edges");
	put_node(&graph, "Relu", "edges", "", "bright");
	put_node(&graph, "GlobalAveragePool", "bright", "", "pooled");
	put_node(&graph, "Flatten", "pooled", "", "numbers");
	put_string(&graph, 2, "network");
	put_weights(&graph, output);
	put_value(&graph, 11, "picture", in, 4);
	put_value(&graph, 12, "numbers", out, 2);
	put_number(&model, 1, 6);
	put_message(&model, 7, &graph);
	put_string(&opset, 1, "");
	put_number(&opset, 2, OPSET);
	put_message(&model, 8, &opset);
	fwrite(model.at, 1, model.len, file);
	return fclose(file) == 0 ? 0 : 2;
}
