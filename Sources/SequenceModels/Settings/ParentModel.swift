package import Kernels

/// A trained version that a new training continues: its weights are where the new one begins; its vocabulary, labels
/// and scaling stay.
package struct ParentModel: Sendable {
    /// As people read it: `airline@3`.
    package let name: String
    package let description: ModelDescription
    package let tensors: [NamedTensor]

    package init(name: String, description: ModelDescription, tensors: [NamedTensor]) {
        self.name = name
        self.description = description
        self.tensors = tensors
    }
}
