// The body of every kernel, compiled once per instruction set: the including file defines RK_NAME (the table) and
// RK_TITLE, and where its registers are wider RK_LANES. Written with the compiler's vectors of RK_LANES floats: AVX2
// makes one register of eight, NEON two, AVX-512 one of sixteen, and the baseline computes the same IEEE operations
// lane by lane.
#include "CThread.h"
#include "vectors.h"

#define UNROLL _Pragma("clang loop unroll(full)")

#include "packing_body.h"
#include "tiles_body.h"
#include "product_body.h"
#include "halves_body.h"
#include "cells_body.h"
#include "losses_body.h"
#include "buffers_body.h"

#include "layer_norm_body.h"
#include "gru_before_body.h"
#include "attention_body.h"
#include "limits_body.h"

const rk_kernels RK_NAME = {
    .name = RK_TITLE,
    .pack = pack,
    .gemm = gemm,
    .to_half = to_half,
    .gemm_half = gemm_half,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .gru_forward = gru_forward,
    .gru_backward = gru_backward,
    .rnn_forward = rnn_forward,
    .rnn_backward = rnn_backward,
    .softmax_cross_entropy = softmax_cross_entropy,
    .softmax = softmax,
    .add = add,
    .take = take,
    .add_matrix = add_matrix,
    .scale = scale_all,
    .flush = flush_all,
    .add_rows = add_rows,
    .sum_of_squares = sum_of_squares,
    .dropout = dropout,
    .sgd = sgd,
    .scaled_descent = scaled_descent,
    .adam = adam,
    .layer_norm_forward = layer_norm_forward,
    .layer_norm_backward = layer_norm_backward,
    .lstm_norm_forward = lstm_norm_forward,
    .lstm_norm_backward = lstm_norm_backward,
    .gru_gates_forward = gru_gates_forward,
    .gru_candidate_forward = gru_candidate_forward,
    .gru_candidate_backward = gru_candidate_backward,
    .gru_gates_backward = gru_gates_backward,
    .map_exp = map_exp,
    .map_tanh = map_tanh,
    .map_sigmoid = map_sigmoid,
    .attention = ATTENTION_KERNELS,
    .fma_rounds = fma_rounds,
    .read_floats = read_floats,
};
