import JSON
import SequenceModels
import Store

/// The gradient pictures of a job, kept among its events: they outlive the process as those do.
enum GradientEvents {
    /// What the JSON of each begins with, and that of no other event.
    static let prefix = #"{"type":"gradients","#

    /// - Parameter epoch: 1-based.
    static func json(_ picture: GradientPicture, epoch: Int) -> JSONValue {
        [
            "type": "gradients", "step": .integer(picture.step), "epoch": .integer(epoch),
            "lags": JSONValue(picture.lags),
            "layers": JSONValue(picture.layers), "warning": JSONValue(picture.warning),
        ]
    }

    /// `GET /jobs/{id}/gradients`: oldest first, one a step. A step done again after a crash is measured again, with
    /// the same result.
    static func answer(_ jobID: String, _ events: [EventRecord]) -> JSONValue {
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
