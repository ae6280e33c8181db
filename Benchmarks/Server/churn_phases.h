// What churn.c sends before it ends a connection: the bytes of each variant and phase, plain and of TLS.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef enum { rst, fin } ending;

// What is done on a connection: bytes to send, bytes to read before it ends (-1: to the end), and how it ends.
typedef struct {
    const char *bytes;
    size_t length;
    long reads;
    ending end;
    int is_polite;
} plan;

static const char *variant;
static int is_tls;
static char pipelined[1 << 14], hello[512], tls_pipelined[1024], predict[512], stream[512];
static size_t pipelined_length, hello_length, tls_pipelined_length, predict_length, stream_length;

static const char get[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char get_large[] = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char get_close[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
static const char bad[] = "BAD\r\n\r\n";
#define SEQUENCE "\"model\":\"airline\",\"sequence\":[340,318,362,348,363,435,491,505,404,359,310,337]"
static const char predict_body[] = "{" SEQUENCE ",\"horizon\":4}";
static const char stream_body[] = "{" SEQUENCE ",\"horizon\":24,\"stream\":true}";

// xorshift64* (Vigna 2016)
static uint64_t random_state;
static uint32_t random_below(uint32_t bound) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)(((random_state * 0x2545F4914F6CDD1DULL) >> 32) % bound);
}

// A ClientHello of TLS 1.3 and 1.2 (RFC 8446 4.1.2) which OpenSSL answers: X25519 takes any 32 bytes as a share.
static void make_hello(void) {
    static const unsigned char start[] = {3, 3};
    static const unsigned char suites[] = {0, 8, 0x13, 1, 0x13, 3, 0xC0, 0x2B, 0xC0, 0x2F, 1, 0};
    static const unsigned char extensions[] = {
        0, 10, 0, 4, 0, 2, 0, 0x1D,                   // supported_groups: x25519
        0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1,          // signature_algorithms: ECDSA P-256, RSA-PSS, RSA
        0, 43, 0, 5, 4, 3, 4, 3, 3,                   // supported_versions: 1.3, 1.2
        0, 11, 0, 2, 1, 0,                            // ec_point_formats
        0, 51, 0, 38, 0, 36, 0, 0x1D, 0, 32};         // key_share: 32 bytes follow
    unsigned char body[400];
    size_t n = 0;
    memcpy(body, start, sizeof start), n += sizeof start;
    for (int i = 0; i < 32; i++) body[n++] = (unsigned char)random_below(256);
    body[n++] = 0; // no session id
    memcpy(body + n, suites, sizeof suites), n += sizeof suites;
    size_t extensions_length = sizeof extensions + 32;
    body[n++] = (unsigned char)(extensions_length >> 8), body[n++] = (unsigned char)extensions_length;
    memcpy(body + n, extensions, sizeof extensions), n += sizeof extensions;
    for (int i = 0; i < 32; i++) body[n++] = (unsigned char)(1 + random_below(254));
    // Both lengths are below 256: a record of a handshake, and in it a message of type 1.
    unsigned char head[9] = {22, 3, 1, 0, (unsigned char)(n + 4), 1, 0, 0, (unsigned char)n};
    memcpy(hello, head, sizeof head);
    memcpy(hello + sizeof head, body, n);
    hello_length = sizeof head + n;
}

static size_t make_post(char *to, size_t room, const char *body) {
    static const char head[] = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    return (size_t)snprintf(to, room, "%sContent-Length: %zu\r\n\r\n%s", head, strlen(body), body);
}

static void make_bytes(void) {
    for (int i = 0; i < 200; i++, pipelined_length += sizeof get_large - 1)
        memcpy(pipelined + pipelined_length, get_large, sizeof get_large - 1);
    predict_length = make_post(predict, sizeof predict, predict_body);
    stream_length = make_post(stream, sizeof stream, stream_body);
    make_hello();
    memcpy(tls_pipelined, hello, hello_length);
    tls_pipelined_length = hello_length;
    static const char record[] = {20, 3, 3, 0, 1, 1}; // change_cipher_spec, which may come at any time (RFC 8446 5)
    for (int i = 0; i < 30; i++, tls_pipelined_length += sizeof record)
        memcpy(tls_pipelined + tls_pipelined_length, record, sizeof record);
}

static plan piece(const char *bytes, size_t length) { return (plan){.bytes = bytes, .length = length}; }
static plan whole_request(void) { return is_tls ? piece(hello, hello_length) : piece(get, sizeof get - 1); }
static plan half_request(void) {
    return is_tls ? piece(hello, hello_length / 2) : piece(get, 4 + random_below(sizeof get - 6));
}
static plan many_requests(void) {
    return is_tls ? piece(tls_pipelined, tls_pipelined_length) : piece(pipelined, pipelined_length);
}

// One of all phases in which a connection can end.
static plan any_phase(void) {
    plan p = {0};
    switch (random_below(is_tls ? 6 : 11)) {
    case 0: break;
    case 1: p = half_request(); break;
    case 2: p = whole_request(); break;
    case 3: p = whole_request(), p.reads = 60; break;
    case 4: p = many_requests(), p.reads = random_below(2) * 60; break;
    case 5: p = piece(hello, 1 + random_below((uint32_t)hello_length)); break;
    case 6: p = piece(predict, predict_length - 20); break;
    case 7: p = piece(predict, predict_length); break;
    case 8: p = piece(stream, stream_length), p.reads = random_below(2) * 10; break;
    case 9: p = piece(bad, sizeof bad - 1); break;
    case 10: p = piece(get_close, sizeof get_close - 1), p.reads = -1; break;
    }
    return p;
}

static plan make_plan(void) {
    if (!strcmp(variant, "half")) return half_request();
    if (!strcmp(variant, "bad")) return piece(bad, sizeof bad - 1);
    if (!strcmp(variant, "unread")) return whole_request();
    if (!strcmp(variant, "pipelined")) return many_requests();
    if (!strcmp(variant, "hello")) return piece(hello, 1 + random_below((uint32_t)hello_length));
    if (!strcmp(variant, "silent")) return (plan){0};
    if (!strcmp(variant, "polite"))
        return (plan){.bytes = get_close, .length = sizeof get_close - 1, .reads = -1, .end = fin, .is_polite = 1};
    plan p = any_phase();
    p.end = !strcmp(variant, "fin") || random_below(2) ? fin : rst;
    return p;
}

