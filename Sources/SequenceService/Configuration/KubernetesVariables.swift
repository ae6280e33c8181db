/// Variables that Kubernetes sets in every container for a Service of the same namespace (its documentation, "Service
/// environment variables"): of one called `rondo` they begin like settings of the server, and are none.
enum KubernetesVariables {
    /// Whether a variable is one of a Service's.
    static func contains(_ name: String, _ text: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.hasSuffix("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") {
            return true
        }
        if name.hasSuffix("_PORT"), ["tcp://", "udp://", "sctp://"].contains(where: { text.hasPrefix($0) }) {
            return true
        }
        // RONDO_PORT_8080_TCP, and _PROTO, _PORT and _ADDR behind it.
        guard let port = name.firstRange(of: "_PORT_") else { return false }
        let parts = name[port.upperBound...].split(separator: "_", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), !parts[0].isEmpty, parts[0].allSatisfy({ $0.isASCII && $0.isNumber }),
            ["TCP", "UDP", "SCTP"].contains(parts[1])
        else { return false }
        return parts.count == 2 || ["PROTO", "PORT", "ADDR"].contains(parts[2])
    }
}
