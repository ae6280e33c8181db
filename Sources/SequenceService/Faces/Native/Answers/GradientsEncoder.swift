import JSON
import Store

/// Writes the gradient pictures of a job as clients see them (api.md, 2).
enum GradientsEncoder {
    /// `GET /jobs/{id}/gradients`: oldest first, one a step. A step done again after a crash is measured again, with
    /// the same result.
    static func json(of jobID: String, _ events: [EventRecord]) -> JSONValue {
        var byStep: [Int: JSONObject] = [:]
        for event in events {
            guard var picture = (try? JSONParser.parse(event.json))?.object, let step = picture["step"]?.asInt else {
                continue
            }
            picture["type"] = nil
            byStep[step] = picture
        }
        return ["job": .string(jobID), "pictures": .array(byStep.sorted { $0.key < $1.key }.map { .object($0.value) })]
    }
}
