/* SHA-256 and SHA-1 (FIPS 180-4), HMAC with both (RFC 2104), base64: how providers sign their webhooks. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- SHA-256 ---- */
typedef struct { uint32_t h[8]; uint64_t length; uint8_t block[64]; } Sha;
static const uint32_t K[64] = {
    0x428a2f98,0x71374491,0xb5c0fbcf,0xe9b5dba5,0x3956c25b,0x59f111f1,0x923f82a4,0xab1c5ed5,0xd807aa98,0x12835b01,
    0x243185be,0x550c7dc3,0x72be5d74,0x80deb1fe,0x9bdc06a7,0xc19bf174,0xe49b69c1,0xefbe4786,0x0fc19dc6,0x240ca1cc,
    0x2de92c6f,0x4a7484aa,0x5cb0a9dc,0x76f988da,0x983e5152,0xa831c66d,0xb00327c8,0xbf597fc7,0xc6e00bf3,0xd5a79147,
    0x06ca6351,0x14292967,0x27b70a85,0x2e1b2138,0x4d2c6dfc,0x53380d13,0x650a7354,0x766a0abb,0x81c2c92e,0x92722c85,
    0xa2bfe8a1,0xa81a664b,0xc24b8b70,0xc76c51a3,0xd192e819,0xd6990624,0xf40e3585,0x106aa070,0x19a4c116,0x1e376c08,
    0x2748774c,0x34b0bcb5,0x391c0cb3,0x4ed8aa4a,0x5b9cca4f,0x682e6ff3,0x748f82ee,0x78a5636f,0x84c87814,0x8cc70208,
    0x90befffa,0xa4506ceb,0xbef9a3f7,0xc67178f2};
#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

static void sha_block(Sha *s, const uint8_t *p) {
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (ROTATE(a, 7) ^ ROTATE(a, 18) ^ (a >> 3)) + w[i - 7] + (ROTATE(b, 17) ^ ROTATE(b, 19) ^ (b >> 10));
    }
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = v[7] + (ROTATE(v[4], 6) ^ ROTATE(v[4], 11) ^ ROTATE(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i];
        uint32_t t2 = (ROTATE(v[0], 2) ^ ROTATE(v[0], 13) ^ ROTATE(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) s->h[i] += v[i];
}

static void sha_start(Sha *s) {
    static const uint32_t h[8] = {0x6a09e667,0xbb67ae85,0x3c6ef372,0xa54ff53a,0x510e527f,0x9b05688c,0x1f83d9ab,0x5be0cd19};
    memcpy(s->h, h, sizeof h);
    s->length = 0;
}

static void sha_add(Sha *s, const uint8_t *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        s->block[s->length++ % 64] = data[i];
        if (s->length % 64 == 0) sha_block(s, s->block);
    }
}

static void sha_end(Sha *s, uint8_t out[32]) {
    uint64_t bits = s->length * 8;
    uint8_t one = 0x80, zero = 0, size[8];
    sha_add(s, &one, 1);
    while (s->length % 64 != 56) sha_add(s, &zero, 1);
    for (int i = 0; i < 8; i++) size[i] = (uint8_t)(bits >> (56 - 8 * i));
    sha_add(s, size, 8);
    for (int i = 0; i < 32; i++) out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

/* ---- SHA-1: the same blocks and padding ---- */
static void sha1_block(uint32_t h[5], const uint8_t *p) {
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 80; i++) { uint32_t x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]; w[i] = x << 1 | x >> 31; }
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 ? b ^ c ^ d : i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
        uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
        uint32_t t = (a << 5 | a >> 27) + f + e + k + w[i];
        e = d; d = c; c = b << 30 | b >> 2; b = a; a = t;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e;
}

/* Over two pieces, as HMAC needs it; both together at most DIGEST_MAX bytes. */
#define DIGEST_MAX 8192
static void sha1(const void *first, size_t first_size, const void *second, size_t second_size, uint8_t out[20]) {
    static uint8_t text[DIGEST_MAX + 128];
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    size_t size = first_size + second_size, padded = (size + 9 + 63) / 64 * 64;
    if (size > DIGEST_MAX) { fputs("rig: too long for SHA-1\n", stderr); exit(1); }
    memcpy(text, first, first_size);
    memcpy(text + first_size, second, second_size);
    memset(text + size, 0, padded - size);
    text[size] = 0x80;
    for (int i = 0; i < 8; i++) text[padded - 1 - (size_t)i] = (uint8_t)((uint64_t)size * 8 >> (8 * i));
    for (size_t at = 0; at < padded; at += 64) sha1_block(h, text + at);
    for (int i = 0; i < 20; i++) out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* ---- HMAC with the one secret of a run ---- */
static uint8_t inner_pad[64], outer_pad[64];
static Sha inner_start, outer_start;

static void hmac_prepare(const char *key) {
    size_t size = strlen(key);
    if (size > 64) { fputs("rig: the secret is too long\n", stderr); exit(1); }
    memcpy(inner_pad, key, size);
    for (int i = 0; i < 64; i++) { outer_pad[i] = inner_pad[i] ^ 0x5c; inner_pad[i] ^= 0x36; }
    sha_start(&inner_start);
    sha_add(&inner_start, inner_pad, 64);
    sha_start(&outer_start);
    sha_add(&outer_start, outer_pad, 64);
}

static void hmac_hex(const char *data, size_t size, char out[65]) {
    uint8_t digest[32];
    Sha s = inner_start;
    sha_add(&s, (const uint8_t *)data, size);
    sha_end(&s, digest);
    s = outer_start;
    sha_add(&s, digest, 32);
    sha_end(&s, digest);
    for (int i = 0; i < 32; i++) sprintf(out + 2 * i, "%02x", digest[i]);
}

/* HMAC-SHA1 in base64: 28 characters. */
static void hmac_sha1_base64(const char *data, size_t size, char out[29]) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t digest[21] = {0};
    sha1(inner_pad, 64, data, size, digest);
    sha1(outer_pad, 64, digest, 20, digest);
    for (int i = 0, at = 0; i < 21; i += 3) {
        uint32_t bits = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 | digest[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) out[at++] = letters[bits >> shift & 63];
    }
    out[27] = '='; /* 20 bytes: the last of the 28 stands for nothing */
    out[28] = 0;
}
