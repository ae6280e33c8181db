#ifndef RONDO_COPENSSL_SHIM_H
#define RONDO_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL that Swift cannot import, as functions of the same meaning.

static inline int rondo_ctx_set_min_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline int rondo_ctx_set_groups(SSL_CTX *context, const char *groups) {
    return (int)SSL_CTX_set1_groups_list(context, groups);
}

static inline void rondo_ctx_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }

static inline void rondo_ctx_set_session_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

static inline int rondo_set_host_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

/// No compression (RFC 9325 3.3), no renegotiation (3.5), and the server's choice of cipher.
static inline void rondo_ctx_set_server_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
}

static inline const char *rondo_alpn_name(void) { return "\x08http/1.1"; }
enum { RONDO_ALPN_NAME_LENGTH = 9 };

/// Answers a client's ALPN list (RFC 7301 3.2): http/1.1 if it is offered, else the alert no_application_protocol.
static inline int rondo_select_http1(
    SSL *session, const unsigned char **chosen, unsigned char *chosenLength, const unsigned char *offered,
    unsigned int offeredLength, void *unused) {
    (void)session;
    (void)unused;
    int result = SSL_select_next_proto((unsigned char **)chosen, chosenLength, (const unsigned char *)rondo_alpn_name(),
                                       RONDO_ALPN_NAME_LENGTH, offered, offeredLength);
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static inline void rondo_ctx_select_http1(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, rondo_select_http1, NULL);
}

/// No passphrase: an encrypted key is an error and not a question on the terminal.
static inline int rondo_no_passphrase(char *buffer, int size, int isWriting, void *unused) {
    (void)buffer;
    (void)size;
    (void)isWriting;
    (void)unused;
    return 0;
}

static inline void rondo_ctx_refuse_passphrases(SSL_CTX *context) {
    SSL_CTX_set_default_passwd_cb(context, rondo_no_passphrase);
}

#endif
