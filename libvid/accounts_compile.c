/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts_proof.h"
#include "libvid/cleanup.h"
#include "libvid/index_write.h"

const struct accounts_host accounts_this_host = { .passwd = "/etc/passwd",
						  .group = "/etc/group",
						  .shells = "/etc/shells" };

static void row_of(const struct account_line *line, char home[ACCOUNT_HOME_SIZE],
		   struct index_row *row)
{
	account_line_home(line, home);
	*row = (struct index_row){
		.name = bytes_of_text(line->name),
		.gecos = bytes_of_text(line->gecos ? line->gecos : ""),
		.home = bytes_of_text(home),
		.shell = bytes_of_text(account_line_shell(line)),
		.uid = line->uid,
		.gid = line->gid,
	};
}

/* `own`: the line that makes the account, NULL for one of /etc/passwd. */
static enum vid_reason write_identity(struct index_writer *writer,
				      const struct account_line *line,
				      const struct account_line *own, uint32_t uid,
				      const struct hostkey *key, struct problem *problem)
{
	char home[ACCOUNT_HOME_SIZE];
	struct index_identity to = { .name = bytes_of_text(line->name), .uid = uid };
	struct bytes identity = bytes_of_text(line->identity);
	uint8_t room[VID_IDENTITY_MAX + VID_NAME_MAX + 16];
	struct buffer message = buffer_of(room, sizeof(room));

	if (!index_mac_message(identity, to.name, uid, &message))
		return VID_INTERNAL;
	hostkey_mac(key, "vid-account", buffer_bytes(&message), to.mac);
	if ((to.own = own != NULL))
		row_of(own, home, &to.row);
	return index_write_identity(writer, identity, &to, problem);
}

static enum vid_reason write_records(const struct proof *proof,
				     struct index_writer *writer,
				     const struct hostkey *key)
{
	char home[ACCOUNT_HOME_SIZE];
	enum vid_reason why = VID_OK;
	struct index_row row;

	for (size_t i = 0; i < proof->own && why == VID_OK; i++) {
		row_of(proof->by_uid[i], home, &row);
		why = index_write_row(writer, &row, proof->problem);
	}
	for (size_t i = 0; i < proof->own && why == VID_OK; i++) {
		row_of(proof->by_uid[i], home, &row);
		why = index_write_numbers(writer, &row, proof->problem);
	}
	for (size_t i = 0; i < proof->count && why == VID_OK; i++)
		why = write_identity(writer, &proof->map->at[i],
				     proof_own(proof, proof->uid[i]), proof->uid[i], key,
				     proof->problem);
	for (size_t i = 0; i < proof->count && why == VID_OK; i++)
		if (i == 0 ||
		    strcmp(proof->by_name[i]->name, proof->by_name[i - 1]->name) != 0)
			why = index_write_mapped(writer,
						 bytes_of_text(proof->by_name[i]->name),
						 proof->problem);
	return why;
}

enum vid_reason accounts_compile_for(const struct accounts_host *host,
				     const struct accounts *accounts,
				     const struct hostkey *key, const char *index_path,
				     struct problem *problem)
{
	AUTO(index_write_abandon) struct index_writer writer = { .fd = -1 };
	AUTO(proof_free) struct proof proof = { .map = accounts, .problem = problem };
	enum vid_reason why;

	if ((why = proof_make(&proof, host)) != VID_OK ||
	    (why = index_write_start(&writer, index_path, (uint32_t)proof.own,
				     &proof.passwd, &proof.group, problem)) != VID_OK ||
	    (why = write_records(&proof, &writer, key)) != VID_OK)
		return why;
	return index_write_finish(&writer, problem);
}

enum vid_reason accounts_prove(const struct accounts_host *host,
			       const struct accounts *accounts, struct problem *problem)
{
	AUTO(proof_free) struct proof proof = { .map = accounts, .problem = problem };

	return proof_make(&proof, host);
}

enum vid_reason accounts_compile(const struct accounts *accounts,
				 const struct hostkey *key, const char *index_path,
				 struct problem *problem)
{
	return accounts_compile_for(&accounts_this_host, accounts, key, index_path,
				    problem);
}
