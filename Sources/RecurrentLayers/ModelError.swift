/// What can be wrong with parameters that come from outside.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    case missingTensor(String)
    case unexpectedTensor(String)
    case wrongShape(name: String, expected: [Int], found: [Int])
    case nonFinite(name: String)
    /// What the description says of the model, by its member: missing, or at odds with the network.
    case unfitDescription(member: String)

    package var description: String {
        switch self {
        case .missingTensor(let name): "the tensor '\(name)' is missing"
        case .unexpectedTensor(let name): "the tensor '\(name)' does not belong to this network"
        case .wrongShape(let name, let expected, let found):
            "the tensor '\(name)' has the shape \(found), this network needs \(expected)"
        case .nonFinite(let name): "the tensor '\(name)' holds a value that is not finite"
        case .unfitDescription(let member):
            "the model's description: '\(member)' is missing or does not fit the network"
        }
    }
}
