/// How a decoder scores the positions of the source.
package enum AttentionKind: String, Codable, Sendable, CaseIterable {
    /// No attention: the decoder knows the source by its last state alone.
    case none
    /// vᵀ tanh(W_k e_s + b_k + W_q h_t) (Bahdanau, Cho & Bengio 2015).
    case additive
    /// h_tᵀ e_s: needs states as wide as the source's outputs (Luong, Pham & Manning 2015).
    case dot
    /// h_tᵀ W_k e_s (Luong et al. 2015).
    case general
}
