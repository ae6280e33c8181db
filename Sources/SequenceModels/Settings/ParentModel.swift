package import Kernels

/// A trained version that a new training continues: its weights are where the new one begins; its vocabulary, labels
/// and scaling stay.
package struct ParentModel: Sendable {
    /// As people read it: `airline@3`.
    package let name: String
    /// Its settings, shapes and facts.
    package let description: ModelDescription
    /// Its weights, by name.
    package let tensors: [NamedTensor]

    /// A version as it was read from the store; nothing is checked here.
    package init(name: String, description: ModelDescription, tensors: [NamedTensor]) {
        self.name = name
        self.description = description
        self.tensors = tensors
    }
}
