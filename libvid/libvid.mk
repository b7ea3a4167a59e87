# SPDX-License-Identifier: BSD-2-Clause
# The rules. libvidwire needs libc alone: pam_vid is linked with it.
noinst_LTLIBRARIES += libvidwire.la libvid.la

libvidwire_la_SOURCES = \
	libvid/bytes.h libvid/cleanup.h \
	libvid/printable.h libvid/printable.c \
	libvid/wire.h libvid/wire.c \
	libvid/reap.h libvid/reap.c

libvid_la_SOURCES = \
	libvid/limits.h libvid/paths.h \
	libvid/reason.h libvid/reason.c \
	libvid/files.h libvid/files.c \
	libvid/output_folder.h libvid/output_folder.c \
	libvid/ini.h libvid/ini.c \
	libvid/hostkey.h libvid/hostkey.c \
	libvid/keyfile.h libvid/keyfile.c \
	libvid/identity.h libvid/identity.c \
	libvid/base45.h libvid/base45.c \
	libvid/cbor.h libvid/cbor.c libvid/cbor_write.c \
	libvid/cose.h libvid/cose.c libvid/keys.c \
	libvid/issuers.h libvid/issuers.c libvid/issuer_export.h libvid/issuer_export.c \
	libvid/trust_record.h libvid/trust_record.c \
	libvid/claims.h libvid/claims.c libvid/token.h libvid/token.c libvid/token_make.c libvid/subject.c \
	libvid/presentation.h libvid/presentation.c \
	libvid/settings.h libvid/settings.c libvid/policy.h libvid/policy.c \
	libvid/attempts.h libvid/attempts.c \
	libvid/replay.h libvid/replay.c \
	libvid/audit.h libvid/audit.c \
	libvid/index.h libvid/index.c libvid/index_open.c \
	libvid/index_parts.h libvid/index_rule.c libvid/index_walk.c \
	libvid/identity_hash.h libvid/identity_hash.c \
	libvid/index_write.h libvid/index_write.c \
	libvid/index_seal.h libvid/index_seal.c libvid/index_write_seal.c \
	libvid/accounts.h libvid/accounts.c libvid/accounts_parse.c libvid/accounts_names.c \
	libvid/accounts_words.h libvid/accounts_words.c \
	libvid/accounts_proof.h libvid/accounts_proof.c libvid/accounts_order.c libvid/accounts_files.c \
	libvid/accounts_records.h libvid/accounts_records.c libvid/accounts_compile.c \
	libvid/accounts_aliases.c libvid/accounts_state.h libvid/accounts_state.c \
	libvid/accounts_mark.h libvid/accounts_mark.c \
	libvid/groups.h libvid/groups.c libvid/ledger.h libvid/ledger.c libvid/walkup.h libvid/walkup.c
libvid_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CRYPTO_CFLAGS) $(ZLIB_CFLAGS) \
	$(INIH_CFLAGS) $(CDB_CFLAGS)
libvid_la_LIBADD = libvidwire.la $(SODIUM_LIBS) $(CRYPTO_LIBS) $(ZLIB_LIBS) $(INIH_LIBS) $(CDB_LIBS) -lm
# Faces.
libvid_la_SOURCES += \
	libvid/consent.h libvid/consent.c \
	libvid/model.h libvid/model.c libvid/card.h libvid/card.c libvid/card_values.h libvid/card_values.c \
	libvid/template.h libvid/template.c libvid/seal.c \
	libvid/templates.h libvid/templates.c
# Claim-169 cards.
libvid_la_SOURCES += \
	libvid/inflate.h libvid/inflate.c libvid/cbor_rewrite.c \
	libvid/claim169.h libvid/claim169.c libvid/claim169_judge.c \
	libvid/key_read.h libvid/key_read.c
libvid_la_CPPFLAGS += $(BROTLI_CFLAGS)
libvid_la_LIBADD += $(BROTLI_LIBS)
# Status lists: judged, kept, kept by an issuer.
libvid_la_SOURCES += \
	libvid/status.h libvid/status.c \
	libvid/statuses.h libvid/statuses.c libvid/notes.c \
	libvid/register.h libvid/register.c libvid/pack.c
# Trust that holds over time.
libvid_la_SOURCES += \
	libvid/clock.h libvid/clock.c \
	libvid/reach.h libvid/reach.c \
	libvid/nonce.h libvid/nonce.c

# Liveness.
libvid_la_SOURCES += libvid/pose.h libvid/pose.c libvid/solid.h libvid/solid.c \
	libvid/challenge.c libvid/continuity.h libvid/continuity.c libvid/liveness.h libvid/liveness.c \
	libvid/liveness_rules.c

# QR codes as text. Apart from libvid: who draws none is not linked with an encoder.
noinst_LTLIBRARIES += libvidqr.la
libvidqr_la_SOURCES = libvid/qr_blocks.h libvid/qr_blocks.c
libvidqr_la_CPPFLAGS = $(AM_CPPFLAGS) $(QRENCODE_CFLAGS)
libvidqr_la_LIBADD = $(QRENCODE_LIBS)

# Security keys: proofs, counters, what they carry, what is kept for them.
libvid_la_SOURCES += libvid/ecdsa_der.h libvid/ecdsa_der.c libvid/assertion.h libvid/assertion.c \
	libvid/counters.h libvid/counters.c libvid/rp_id.h libvid/rp_id.c \
	libvid/key_blob.h libvid/key_blob.c libvid/key_template.c \
	libvid/secrets.h libvid/secrets.c libvid/tokens.h libvid/tokens.c

# What vid-parse answers.
libvid_la_SOURCES += libvid/parse_verdict.h libvid/parse_verdict.c

# What was granted, for PAM's later phases.
libvid_la_SOURCES += libvid/grant.h libvid/grant.c

# What killed writers left.
libvid_la_SOURCES += libvid/leftovers.h libvid/leftovers.c
libvid_la_SOURCES += libvid/nscd.h libvid/nscd.c

# systemd's records of the accounts.
libvid_la_SOURCES += libvid/userdb.h libvid/userdb.c libvid/userdb_record.h libvid/userdb_record.c

# Marks that only rise, and what keeps them from being put back.
libvid_la_SOURCES += libvid/anchor.h libvid/anchor.c libvid/anchor_parts.h \
	libvid/anchor_store.c libvid/anchor_import.c libvid/anchor_here.h \
	libvid/anchor_here.c
